-- KEYS: meta to jobs. ARGV: 5 worker. Answers how many jobs this worker held that others may take now.
if lost() then
  return DATA_LOST
end
local before = match(call('HGET', META, 'rejoined') or '', '^' .. REQUEST .. ' (%d+)$')
if before then
  return tonumber(before)
end
local now = time()
local ids = call('ZRANGEBYSCORE', LEASE, '(' .. string.format('%.0f', now), '+inf')
local lines = #ids > 0 and call('HMGET', JOB, unpack(ids)) or {}
local dead = {}
for i, id in ipairs(ids) do
  if select(11, match(lines[i] or '', OPEN)) == ARGV[5] then
    dead[#dead + 1] = id
  end
end
if #dead > 0 then
  lose(dead)
  wake('w', '')
end
call('HSET', META, 'rejoined', REQUEST .. ' ' .. #dead)
return #dead
