-- KEYS: meta to wake. ARGV: 5 id, 6 counter, 7 nonce. Answers whether the lease was held; instead of 1 what a look
-- finds if no job is ready, so that whoever did the last one need not ask.
local id = ARGV[5]
local line = call('HGET', JOB, id)
local run, birth, counter, nonce, expires = match(line or '', HELD)
local now = time()
if counter ~= ARGV[6] or nonce ~= ARGV[7] or now >= tonumber(expires) then
  return refuse(line)
end
call('ZREM', LEASE, id)
call('HSET', JOB, id, 'x\n' .. run .. '\n' .. birth .. '\n' .. REQUEST)
if call('ZCARD', READY) > 0 then
  return 1
end
return look_at_what_rests(now)
