-- KEYS: meta to jobs, run, log, news. ARGV: 5 job, 6 counter, 7 nonce, 8 run, then events: how many, and
-- they. Answers whether the lease is held; -1 if there is no such run.
local run, _, counter, nonce, expires = match(call('HGET', JOB, ARGV[5]) or '', HELD)
local stored = call('HMGET', RUN, 'rev', 'log', 'told')
if stored[3] == REQUEST then
  return 1
end
local now = time()
if counter ~= ARGV[6] or nonce ~= ARGV[7] or now >= tonumber(expires) or run ~= ARGV[8] then
  return lost() and DATA_LOST or 0
end
if not stored[1] then
  return -1
end
call('HSET', RUN, 'log', tell(run, stored[2], now, 9), 'told', REQUEST)
return 1
