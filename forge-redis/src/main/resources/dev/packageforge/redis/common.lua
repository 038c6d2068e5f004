-- What every script begins with. Keys that a script does not need are not passed, and are nil here.
--
-- A job is one line in the hash JOB:
--   run, priority, place, delay, birth | deliveries, counter, nonce, expires, claim, handback, worker
-- parted by newlines. The first five never change. birth, claim and handback are the ids of the
-- requests that added the job, leased it last and gave it back last, so that whoever lost an answer
-- can ask again. expires is 0 unless the job is leased: it is in the line as well as in LEASE so
-- that a write is checked by one read.
-- A job that is done, set apart or withdrawn is the line
--   x, run, birth, handback
-- and stays, so that its id is never taken again.
local call, match, format = redis.call, string.match, string.format
local META, JOB, LEASE, READY, DUE, WAKE, JOBS = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local EPOCH, REQUEST, AGAIN = ARGV[1], ARGV[3], ARGV[4] == '1'
local DATA_LOST = 'DATALOST'
-- head, run, priority, place, deliveries, counter, nonce, expires, claim, handback, worker
local OPEN = '^((r%w*)\n(%d)\n(%d+)\n[^\n]*\n[^\n]*)\n(%d+)\n(%d+)\n(%d+)\n(%d+)\n([^\n]*)\n([^\n]*)\n(.*)$'
-- run, birth, counter, nonce, expires: what a write by a worker asks of its job, and no more
local HELD = '^(r%w*)\n%d\n%d+\n[^\n]*\n([^\n]*)\n%d+\n(%d+)\n(%d+)\n(%d+)\n'

-- Whole numbers go to Redis as text made by %d: as they are, they would be written as fractions are,
-- which takes several times longer.

-- Milliseconds: the server's, unless a test brings its own.
local function time()
  if ARGV[2] ~= '' then
    return tonumber(ARGV[2])
  end
  local now = call('TIME')
  return now[1] * 1000 + math.floor(now[2] / 1000)
end

-- Whether this is not the data that the caller knows. Where a job's line has the caller's nonce it
-- is, so that scripts that found one need not ask.
local function lost()
  return call('HGET', META, 'epoch') ~= EPOCH
end

-- What is said to a caller who does not hold the lease: 1 if this very request has been carried out
-- before, and its answer was lost.
local function refuse(line)
  if lost() then
    return DATA_LOST
  end
  local handback = match(line or '', '^x\n[^\n]*\n[^\n]*\n(.*)$')
  if not handback then
    handback = select(10, match(line or '', OPEN))
  end
  return handback == REQUEST and 1 or 0
end
