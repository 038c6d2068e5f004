-- For scripts that look whether everything is where it should be. Nothing ever puts it elsewhere but a
-- server that lost its last second, or a hand.

local function sweep_set(name, set, repairs)
  local ids = call('ZRANGE', set, 0, 999)
  local lines = #ids > 0 and call('HMGET', JOB, unpack(ids)) or {}
  for i, id in ipairs(ids) do
    if not match(lines[i] or '', OPEN) then
      call('ZREM', set, id)
      repairs[#repairs + 1] = 'job ' .. id .. ' was ' .. name .. ' and is no open job; it is taken out'
    end
  end
end

-- Looks at a page of jobs, puts right what is not, and tells each repair. A job is what its line says; one
-- that its line does not call leased is ready rather than resting, since too early does less harm than
-- never. Answers where the next page begins, 0 after the last.
local function sweep(cursor, repairs)
  sweep_set('ready', READY, repairs)
  sweep_set('resting', DUE, repairs)
  sweep_set('leased', LEASE, repairs)
  local page = call('HSCAN', JOB, cursor, 'COUNT', 500)
  local ids, lines, members = {}, {}, {}
  for i = 1, #page[2], 2 do
    local id, line = page[2][i], page[2][i + 1]
    local head, run = match(line, OPEN)
    if head then
      ids[#ids + 1], lines[#lines + 1], members[#members + 1] = id, line, run .. id
    elseif not match(line, '^x\n[^\n]*\n[^\n]*\n') then
      call('HSET', JOB, id, 'x\n\n\n')
      repairs[#repairs + 1] = 'job ' .. id .. ' could not be read; it is set apart'
    end
  end
  if #ids == 0 then
    return page[1]
  end
  local ready, due = call('ZMSCORE', READY, unpack(ids)), call('ZMSCORE', DUE, unpack(ids))
  local lease, known = call('ZMSCORE', LEASE, unpack(ids)), call('ZMSCORE', JOBS, unpack(members))
  for i, id in ipairs(ids) do
    local head, run, priority, place, _, _, _, expires = match(lines[i], OPEN)
    local what
    if not known[i] then
      call('ZADD', JOBS, 0, members[i])
      what = 'was not among the jobs of its run'
    end
    if expires ~= '0' then
      if tonumber(lease[i]) ~= tonumber(expires) then
        call('ZADD', LEASE, expires, id)
        what = 'was leased and not among the leases'
      end
      if call('ZREM', READY, id) + call('ZREM', DUE, id) > 0 then
        what = 'was leased and could be taken as well'
      end
    else
      if lease[i] then
        call('ZREM', LEASE, id)
        what = 'was among the leases and nobody had it'
      end
      if ready[i] and due[i] then
        call('ZREM', DUE, id)
        what = 'was ready and resting as well'
      elseif not ready[i] and not due[i] then
        call('ZADD', READY, rank(priority, place), id)
        wake('w', '')
        what = what or 'was nowhere'
      end
    end
    if what then
      repairs[#repairs + 1] = 'job ' .. id .. ' ' .. what .. '; it is put right'
    end
  end
  return page[1]
end
