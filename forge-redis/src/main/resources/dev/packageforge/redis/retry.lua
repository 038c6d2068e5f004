-- KEYS: meta to jobs. ARGV: 5 id, 6 counter, 7 nonce, 8 rest in ms. Answers whether the lease was held.
local id = ARGV[5]
local line = call('HGET', JOB, id)
local head, _, priority, place, deliveries, counter, nonce, expires, claim, _, worker = match(line or '', OPEN)
local now = time()
if counter ~= ARGV[6] or nonce ~= ARGV[7] or now >= tonumber(expires) then
  return refuse(line)
end
call('ZREM', LEASE, id)
if ARGV[8] == '0' then
  call('ZADD', READY, rank(priority, place), id)
else
  call('ZADD', DUE, now + ARGV[8], id)
end
call('HSET', JOB, id, head .. '\n' .. (deliveries - 1) .. '\n' .. counter .. '\n' .. nonce .. '\n0\n'
  .. claim .. '\n' .. REQUEST .. '\n' .. worker)
wake('w', '')
return 1
