-- KEYS: meta to jobs, run, log, news, over, refs, loose, runs, requests, poison, then the blobs it needs.
-- ARGV: 5 run, 6 age in ms, then the blobs' digests. Answers whether it is forgotten.
if lost() then
  return DATA_LOST
end
local run = ARGV[5]
local stored = call('HMGET', RUN, 'state', 'contents', 'key')
local now = time()
local before = now - ARGV[6]
local ended = call('ZSCORE', OVER, run)
if not ended then
  -- Forgotten by the call whose answer was lost.
  return AGAIN and not stored[1] and 1 or 0
end
if stored[1] and (stored[1] ~= 'f' or tonumber(ended) >= before
  or (stored[2] or '') ~= table.concat(ARGV, '', 7)) then
  return 0
end
for i = 7, #ARGV do
  local digest, blob = ARGV[i], KEYS[10 + i]
  if call('HINCRBY', REFS, digest, -1) <= 0 then
    call('HDEL', REFS, digest)
    -- What was kept a moment ago may be about to be named by a run.
    local wanted = tonumber(call('HGET', blob, 'wanted') or 0)
    if wanted < before then
      call('DEL', blob)
      call('ZREM', LOOSE, digest)
    else
      call('ZADD', LOOSE, wanted, digest)
    end
  end
end
local ids = jobs_of(run)
if #ids > 0 then
  call('ZREM', READY, unpack(ids))
  call('ZREM', DUE, unpack(ids))
  call('ZREM', LEASE, unpack(ids))
  call('HDEL', JOB, unpack(ids))
  call('HDEL', KEYS[16], unpack(ids))
  call('ZREMRANGEBYLEX', JOBS, '[' .. run, '[' .. run .. '\255')
end
if stored[3] and stored[3] ~= '' and call('HGET', KEYS[15], stored[3]) == run then
  call('HDEL', KEYS[15], stored[3])
end
call('DEL', RUN, LOG)
call('ZREM', KEYS[14], run)
call('ZREM', OVER, run)
return 1
