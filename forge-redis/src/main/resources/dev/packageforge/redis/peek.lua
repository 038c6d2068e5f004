-- KEYS: meta to wake. Answers what a look finds.
local meta = call('HMGET', META, 'epoch', 'paused')
if meta[1] ~= EPOCH then
  return DATA_LOST
end
return look(time(), meta[2])
