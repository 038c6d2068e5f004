-- KEYS: meta to jobs, run, log, news, over, refs, loose.
-- ARGV: 5 run, 6 the revision before, 7 rev, 8 json, 9 state, 10 contents, 11 job or nothing, 12 priority,
-- 13 delay, 14 delay in ms, then events: how many, and they.
-- Answers 1 if it is stored, -1 if the job's id is taken.
if lost() then
  return DATA_LOST
end
local run, job = ARGV[5], ARGV[11]
local stored = call('HMGET', RUN, 'rev', 'state', 'contents', 'log', 'decided', 'cancel')
if stored[5] == REQUEST then
  return 1
end
if stored[1] ~= ARGV[6] then
  return 0
end
local now = time()
local ids, lines = jobs_of(run)
if any_held(lines, now) and (stored[2] ~= 'w' or stored[6] == '1') then
  return 0
end
if job ~= '' and call('HEXISTS', JOB, job) == 1 then
  return -1
end
withdraw(run, ids, lines)
call('HSET', RUN, 'rev', ARGV[7], 'json', ARGV[8], 'state', ARGV[9], 'contents', ARGV[10],
  'log', tell(run, stored[4], now, 15), 'decided', REQUEST, 'cancel', '0')
refer(stored[3] or '', ARGV[10], now)
note_end(run, stored[2], ARGV[9], now)
if job ~= '' then
  add(job, run, ARGV[12], ARGV[13], ARGV[14])
end
return 1
