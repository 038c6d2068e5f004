-- KEYS: meta, job, lease. ARGV: 5 id, 6 counter, 7 nonce. Answers whether the lease was held.
local id = ARGV[5]
local line = call('HGET', JOB, id)
local head, run, _, _, _, counter, nonce, expires = match(line or '', OPEN)
if counter ~= ARGV[6] or nonce ~= ARGV[7] or time() >= tonumber(expires) then
  return refuse(line)
end
call('ZREM', LEASE, id)
call('HSET', JOB, id, 'x\n' .. run .. '\n' .. match(head, '([^\n]*)$') .. '\n' .. REQUEST)
return 1
