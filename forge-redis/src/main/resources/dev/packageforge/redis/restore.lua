-- KEYS: meta to jobs, run, log, news, over, refs, loose, runs, requests.
-- ARGV: 5 run, 6 rev, 7 json, 8 state, 9 contents, 10 request key, 11 job or nothing, 12 priority, 13 delay,
-- 14 delay in ms, then events: how many, and they.
-- Answers 1 if it was put back, -1 if the job's id is taken.
if lost() then
  return DATA_LOST
end
local run, key, job = ARGV[5], ARGV[10], ARGV[11]
local RUNS, REQUESTS = KEYS[14], KEYS[15]
local stored = call('HMGET', RUN, 'rev', 'state', 'contents', 'log', 'restored')
if stored[5] == REQUEST then
  return 1
end
local now = time()
local ids, lines = jobs_of(run)
if stored[1] and (tonumber(stored[1]) >= tonumber(ARGV[6]) or any_held(lines, now)) then
  return 0
end
if job ~= '' and call('HEXISTS', JOB, job) == 1 then
  return -1
end
withdraw(run, ids, lines)
if not stored[1] then
  call('ZADD', RUNS, call('HINCRBY', META, 'seq', 1), run)
  if key ~= '' and call('HSETNX', REQUESTS, key, run) == 0 and call('HGET', REQUESTS, key) ~= run then
    key = ''
  end
  call('HSET', RUN, 'key', key)
end
call('HSET', RUN, 'rev', ARGV[6], 'json', ARGV[7], 'state', ARGV[8], 'contents', ARGV[9],
  'log', tell(run, stored[4], now, 15), 'restored', REQUEST)
refer(stored[3] or '', ARGV[9], now)
note_end(run, stored[2], ARGV[8], now)
if job ~= '' then
  add(job, run, ARGV[12], ARGV[13], ARGV[14])
end
return 1
