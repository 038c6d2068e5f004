-- For scripts that write runs. RUN is a hash: rev, json, state (n needs a worker, w waits for a
-- person, f is over), contents (digests, one after another), log (the last cursor, bytes since the
-- mark, the mark), cancel, key, and the ids of the requests that wrote it last: saved, decided,
-- restored, told. Each of them is kept by itself, so that what others write meanwhile changes no answer.
local RUN, LOG, NEWS, OVER, REFS, LOOSE = KEYS[8], KEYS[9], KEYS[10], KEYS[11], KEYS[12], KEYS[13]
local MAX_EVENTS, HALF_THE_BYTES = 50000, 4194304

-- Appends events to a run's stream, where an entry is a batch: n events, one a line, the last of
-- which has the entry's id as its cursor. The oldest are dropped when there are too many, and, half
-- of them at a time, when there are too many bytes. Answers the run's new log.
local function tell(run, log, now, from)
  local cursor, bytes, mark = match(log or '0 0 0', '^(%d+) (%d+) (%d+)$')
  if from > #ARGV then
    return log or '0 0 0'
  end
  for i = from, #ARGV, 2 do
    cursor = cursor + ARGV[i]
    bytes = bytes + #ARGV[i + 1]
    call('XADD', LOG, 'MINID', '~', math.max(0, cursor - MAX_EVENTS), cursor .. '-0',
      't', now, 'n', ARGV[i], 'e', ARGV[i + 1])
    if bytes > HALF_THE_BYTES then
      call('XTRIM', LOG, 'MINID', mark)
      mark, bytes = cursor, 0
    end
  end
  call('XADD', NEWS, 'MAXLEN', '~', 10000, '*', 'r', run, 'c', cursor)
  return cursor .. ' ' .. bytes .. ' ' .. mark
end

-- Counts which contents are needed, and by how many runs. What nobody needs is loose.
local function refer(before, after, now)
  if before == after then
    return
  end
  for i = 1, #after, 128 do
    local digest = string.sub(after, i, i + 127)
    if not string.find(before, digest, 1, true) then
      call('HINCRBY', REFS, digest, 1)
      call('ZREM', LOOSE, digest)
    end
  end
  for i = 1, #before, 128 do
    local digest = string.sub(before, i, i + 127)
    if not string.find(after, digest, 1, true) and call('HINCRBY', REFS, digest, -1) <= 0 then
      call('HDEL', REFS, digest)
      call('ZADD', LOOSE, now, digest)
    end
  end
end

-- Notes when a run ended.
local function note_end(run, before, after, now)
  if after == 'f' then
    call('ZADD', OVER, now, run)
  elseif before == 'f' then
    call('ZREM', OVER, run)
  end
end
