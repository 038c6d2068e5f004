-- KEYS: meta, log. ARGV: 5 the first cursor, 6 how many entries.
-- Answers entries: the last one's cursor, when it was stored, the events.
if lost() then
  return DATA_LOST
end
local entries = call('XRANGE', KEYS[2], ARGV[5], '+', 'COUNT', ARGV[6])
local flat = {}
for _, entry in ipairs(entries) do
  flat[#flat + 1] = match(entry[1], '^%d+')
  flat[#flat + 1] = entry[2][2]
  flat[#flat + 1] = entry[2][6]
end
return flat
