-- KEYS: meta to jobs. ARGV: 5 worker, 6 length in ms, 7 nonce, 8 run.
-- Answers as lease does, for the jobs of one run; -1 if none can be taken.
local worker, length, nonce = ARGV[5], tonumber(ARGV[6]), ARGV[7]
local meta = call('HMGET', META, 'epoch', 'paused')
if meta[1] ~= EPOCH then
  return DATA_LOST
end
local now = time()
local ids, lines = jobs_of(ARGV[8])
local best, best_rank
for i, id in ipairs(ids) do
  local head, _, priority, place, deliveries, counter, n, expires, claim = match(lines[i] or '', OPEN)
  if head and AGAIN and claim == REQUEST and expires ~= '0' then
    return {id, head, tonumber(deliveries), tonumber(counter), expires, n}
  end
  if head and now >= tonumber(expires) then
    local due = call('ZSCORE', DUE, id)
    local r = tonumber(rank(priority, place))
    if (not due or tonumber(due) <= now) and (not best or r < best_rank) then
      best, best_rank = i, r
    end
  end
end
if meta[2] == '1' or not best then
  return -1
end
local id = ids[best]
local head, _, _, _, deliveries, counter, _, _, _, handback = match(lines[best], OPEN)
local expires = string.format('%.0f', now + length)
deliveries, counter = deliveries + 1, counter + 1
call('ZREM', READY, id)
call('ZREM', DUE, id)
call('HSET', JOB, id, head .. '\n' .. deliveries .. '\n' .. counter .. '\n' .. nonce .. '\n'
  .. expires .. '\n' .. REQUEST .. '\n' .. handback .. '\n' .. worker)
call('ZADD', LEASE, expires, id)
return {id, head, deliveries, counter, expires, nonce}
