-- KEYS: meta, job, lease, poison. ARGV: 5 id, 6 counter, 7 nonce, 8 reason.
-- Answers whether the lease was held.
local id = ARGV[5]
local line = call('HGET', JOB, id)
local head, run, _, _, _, counter, nonce, expires = match(line or '', OPEN)
if counter ~= ARGV[6] or nonce ~= ARGV[7] or time() >= tonumber(expires) then
  return refuse(line)
end
call('ZREM', LEASE, id)
call('HSET', JOB, id, 'x\n' .. run .. '\n' .. match(head, '([^\n]*)$') .. '\n' .. REQUEST)
call('HSET', KEYS[4], id, ARGV[8])
return 1
