-- KEYS: meta to jobs, workers. ARGV: 5 how long a look counts in ms, 6 after how many ms a worker is
-- forgotten. Answers the time, since when somebody looks, and each worker's id and line.
local meta = call('HMGET', META, 'epoch', 'lookUntil', 'lookSince')
if meta[1] ~= EPOCH then
  return DATA_LOST
end
local now = time()
local since = meta[3]
if now >= tonumber(meta[2] or 0) then
  since = string.format('%.0f', now)
  wake('l', '')
end
call('HSET', META, 'lookUntil', string.format('%.0f', now + ARGV[5]), 'lookSince', since)
local answer = {string.format('%.0f', now), since}
local workers = call('HGETALL', KEYS[8])
for i = 1, #workers, 2 do
  if match(workers[i + 1], '^%d+') + ARGV[6] < now then
    call('HDEL', KEYS[8], workers[i])
  else
    answer[#answer + 1] = workers[i]
    answer[#answer + 1] = workers[i + 1]
  end
end
return answer
