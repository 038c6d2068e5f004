-- KEYS: meta to jobs, run, log, news, over, refs, loose, runs, requests.
-- ARGV: 5 run, 6 json, 7 state, 8 rev, 9 contents, 10 request key, 11 job, 12 priority, 13 delay, 14 delay in
-- ms, 15 a run that is known to be gone. Answers {0} if it was created, {1, run} if another one has the key,
-- {2, json} if it was there, {3} if the job's id is taken.
if lost() then
  return DATA_LOST
end
local run, key = ARGV[5], ARGV[10]
local RUNS, REQUESTS = KEYS[14], KEYS[15]
if key ~= '' then
  local before = call('HGET', REQUESTS, key)
  if before and before ~= run and before ~= ARGV[15] then
    return {1, before}
  end
end
local json = call('HGET', RUN, 'json')
if json then
  return {2, json}
end
local place = call('HINCRBY', META, 'seq', '1')
if not add(ARGV[11], run, ARGV[12], ARGV[13], ARGV[14], place) then
  return {3}
end
call('HSET', RUN, 'rev', ARGV[8], 'json', ARGV[6], 'state', ARGV[7], 'contents', ARGV[9], 'key', key)
call('ZADD', RUNS, format('%d', place), run)
if key ~= '' then
  call('HSET', REQUESTS, key, run)
end
if ARGV[9] ~= '' or ARGV[7] == 'f' then
  local now = time()
  refer('', ARGV[9], now)
  note_end(run, '', ARGV[7], now)
end
return {0}
