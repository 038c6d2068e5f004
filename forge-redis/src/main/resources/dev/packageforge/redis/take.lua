-- Lets one of those who may act answer an ask; another one may, if that takes too long.
-- KEYS: meta, the asks, who answers them. ARGV: 5 the id of the ask, 6 how many ms it may take.
-- Answers 1 if it is ours.
if lost() then
  return DATA_LOST
end
if #call('XRANGE', KEYS[2], ARGV[5], ARGV[5]) == 0 then
  return 0
end
local now = time()
local taken = call('HGET', KEYS[3], ARGV[5])
if taken and tonumber(match(taken, '^%d+')) > now and match(taken, '%S+$') ~= REQUEST then
  return 0
end
call('HSET', KEYS[3], ARGV[5], string.format('%.0f ', now + ARGV[6]) .. REQUEST)
return 1
