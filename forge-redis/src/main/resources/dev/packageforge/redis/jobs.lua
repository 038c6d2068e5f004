-- For scripts that add jobs, give them back or withdraw them.

-- Where a job stands in READY: the highest priority first, then by place.
local function rank(priority, place)
  return format('%d', (9 - priority) * 1e13 + place)
end

local function wake(kind, run)
  call('XADD', WAKE, 'MAXLEN', '~', '1000', '*', 'k', kind, 'r', run)
end

-- The line of a job that was never leased.
local function line_of(run, priority, place, delay)
  return format('%s\n%s\n%d\n%s\n%s\n0\n0\n0\n0\n\n\n', run, priority, place, delay, REQUEST)
end

-- The request that added a job, from its line.
local function birth(line)
  return match(line, '^x\n[^\n]*\n([^\n]*)') or match(line, '^[^\n]*\n%d\n%d+\n[^\n]*\n([^\n]*)')
end

-- Adds a job, unless its id is taken; delay is text for the caller, rest the same in milliseconds. It gets
-- the next place, unless the caller has one for it.
local function add(id, run, priority, delay, rest, place)
  place = place or call('HINCRBY', META, 'seq', '1')
  if call('HSETNX', JOB, id, line_of(run, priority, place, delay)) == 0 then
    return false
  end
  call('ZADD', JOBS, '0', run .. id)
  if rest == '0' then
    call('ZADD', READY, rank(priority, place), id)
  else
    call('ZADD', DUE, format('%d', time() + rest), id)
  end
  wake('w', '')
  return true
end

-- Makes leased jobs ready again, as if their leases had lapsed.
local function lose(ids)
  local lines = call('HMGET', JOB, unpack(ids))
  local ranks, open = {}, {}
  for i, id in ipairs(ids) do
    local head, _, priority, place, deliveries, counter, nonce, _, claim, handback, worker =
      match(lines[i] or '', OPEN)
    if head then
      ranks[#ranks + 1] = rank(priority, place)
      ranks[#ranks + 1] = id
      open[#open + 1] = id
      open[#open + 1] = head .. '\n' .. deliveries .. '\n' .. counter .. '\n' .. nonce .. '\n0\n'
        .. claim .. '\n' .. handback .. '\n' .. worker
    end
  end
  call('ZREM', LEASE, unpack(ids))
  if #open > 0 then
    call('HSET', JOB, unpack(open))
    call('ZADD', READY, unpack(ranks))
  end
end

-- Makes jobs ready whose rest is over.
local function promote(ids)
  local lines = call('HMGET', JOB, unpack(ids))
  local ranks = {}
  for i, id in ipairs(ids) do
    local head, _, priority, place = match(lines[i] or '', OPEN)
    if head then
      ranks[#ranks + 1] = rank(priority, place)
      ranks[#ranks + 1] = id
    end
  end
  call('ZREM', DUE, unpack(ids))
  if #ranks > 0 then
    call('ZADD', READY, unpack(ranks))
  end
end

-- The ids of all jobs a run ever had, and their lines. A run has a handful.
local function jobs_of(run)
  local ids = call('ZRANGEBYLEX', JOBS, '[' .. run, '[' .. run .. '\255')
  for i, member in ipairs(ids) do
    ids[i] = string.sub(member, #run + 1)
  end
  return ids, #ids > 0 and call('HMGET', JOB, unpack(ids)) or {}
end

-- Whether any of these jobs is leased now.
local function any_held(lines, now)
  for _, line in ipairs(lines) do
    local expires = select(8, match(line or '', OPEN))
    if expires and now < tonumber(expires) then
      return true
    end
  end
  return false
end

-- Takes the open ones of a run's jobs away; whoever holds one is told.
local function withdraw(run, ids, lines)
  local closed, gone, leased = {}, {}, false
  for i, id in ipairs(ids) do
    local head, _, _, _, _, _, _, expires, _, handback = match(lines[i] or '', OPEN)
    if head then
      gone[#gone + 1] = id
      closed[#closed + 1] = id
      closed[#closed + 1] = 'x\n' .. run .. '\n' .. match(head, '([^\n]*)$') .. '\n' .. handback
      leased = leased or expires ~= '0'
    end
  end
  if #gone > 0 then
    call('HSET', JOB, unpack(closed))
    call('ZREM', READY, unpack(gone))
    call('ZREM', DUE, unpack(gone))
    call('ZREM', LEASE, unpack(gone))
  end
  if leased then
    wake('d', run)
  end
end
