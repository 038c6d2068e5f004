-- KEYS: meta, workers. ARGV: 5 after how many ms a worker is forgotten. Answers as workers does; nobody is
-- told of it.
local meta = call('HMGET', META, 'epoch', 'lookUntil', 'lookSince')
if meta[1] ~= EPOCH then
  return DATA_LOST
end
local now = time()
local answer = {string.format('%.0f', now), now < tonumber(meta[2] or 0) and meta[3] or '0'}
local workers = call('HGETALL', KEYS[2])
for i = 1, #workers, 2 do
  if match(workers[i + 1], '^%d+') + ARGV[5] >= now then
    answer[#answer + 1] = workers[i]
    answer[#answer + 1] = workers[i + 1]
  end
end
return answer
