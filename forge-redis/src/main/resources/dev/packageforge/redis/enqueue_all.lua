-- KEYS: meta to jobs. ARGV: of each job, from 5 on: id, run, priority, delay, delay in ms; so many that all fit on
-- Lua's stack. Answers how many were added, by this call or by one with the same request id.
if lost() then
  return DATA_LOST
end
local count = (#ARGV - 4) / 5
local place = call('HINCRBY', META, 'seq', format('%d', count)) - count
local members, ready, due, seen, known = {}, {}, {}, {}, {}
for i = 5, #ARGV, 5 do
  local id, run, priority, delay, rest = unpack(ARGV, i, i + 4)
  place = place + 1
  if call('HSETNX', JOB, id, line_of(run, priority, place, delay)) == 0 then
    if AGAIN and not seen[id] then
      known[#known + 1] = id
    end
  else
    members[#members + 1] = '0'
    members[#members + 1] = run .. id
    if rest == '0' then
      ready[#ready + 1] = rank(priority, place)
      ready[#ready + 1] = id
    else
      due[#due + 1] = format('%d', time() + rest)
      due[#due + 1] = id
    end
  end
  seen[id] = true
end
if #ready > 0 then
  call('ZADD', READY, unpack(ready))
end
if #due > 0 then
  call('ZADD', DUE, unpack(due))
end
if #members > 0 then
  call('ZADD', JOBS, unpack(members))
  wake('w', '')
end
local added = #members / 2
if #known > 0 then
  for _, line in ipairs(call('HMGET', JOB, unpack(known))) do
    if birth(line) == REQUEST then
      added = added + 1
    end
  end
end
return added
