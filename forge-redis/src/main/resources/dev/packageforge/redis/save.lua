-- KEYS: meta to jobs, run, log, news, over, refs, loose.
-- ARGV: 5 job, 6 counter, 7 nonce, 8 run, 9 the revision before, 10 rev, 11 json, 12 state, 13 contents,
-- then events: how many, and they. Answers 1 if it is stored.
local run, _, counter, nonce, expires = match(call('HGET', JOB, ARGV[5]) or '', HELD)
local stored = call('HMGET', RUN, 'rev', 'state', 'contents', 'log', 'saved')
if stored[5] == REQUEST then
  return 1
end
local now = time()
if counter ~= ARGV[6] or nonce ~= ARGV[7] or now >= tonumber(expires)
  or run ~= ARGV[8] or stored[1] ~= ARGV[9] then
  return lost() and DATA_LOST or 0
end
call('HSET', RUN, 'rev', ARGV[10], 'json', ARGV[11], 'state', ARGV[12], 'contents', ARGV[13],
  'log', tell(run, stored[4], now, 14), 'saved', REQUEST)
refer(stored[3] or '', ARGV[13], now)
note_end(run, stored[2], ARGV[12], now)
return 1
