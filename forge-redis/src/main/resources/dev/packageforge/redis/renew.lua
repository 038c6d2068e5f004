-- KEYS: meta, job, lease, run. ARGV: 5 id, 6 counter, 7 nonce, 8 length in ms.
-- Answers 0 if the lease is lost, 1 if it is held, 2 if somebody wants the run to stop.
local id = ARGV[5]
local line = call('HGET', JOB, id)
local head, _, _, _, deliveries, counter, nonce, expires, claim, handback, worker = match(line or '', OPEN)
local now = time()
if counter ~= ARGV[6] or nonce ~= ARGV[7] or now >= tonumber(expires) then
  return lost() and DATA_LOST or 0
end
expires = format('%d', now + ARGV[8])
call('HSET', JOB, id, head .. '\n' .. deliveries .. '\n' .. counter .. '\n' .. nonce .. '\n' .. expires .. '\n'
  .. claim .. '\n' .. handback .. '\n' .. worker)
call('ZADD', LEASE, expires, id)
return call('HGET', KEYS[4], 'cancel') == '1' and 2 or 1
