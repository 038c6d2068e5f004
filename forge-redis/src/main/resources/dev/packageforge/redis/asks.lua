-- KEYS: meta, the asks, the keys of requests that were accepted. ARGV: 5 the first id wanted, 6 how many, 7 a
-- request's key or nothing. Answers the run that was accepted with that key, then each ask's id and
-- its fields.
if lost() then
  return DATA_LOST
end
local answer = {ARGV[7] ~= '' and call('HGET', KEYS[3], ARGV[7]) or ''}
for _, entry in ipairs(call('XRANGE', KEYS[2], ARGV[5], '+', 'COUNT', ARGV[6])) do
  answer[#answer + 1] = entry[1]
  answer[#answer + 1] = entry[2]
end
return answer
