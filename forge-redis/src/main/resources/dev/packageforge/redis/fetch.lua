-- KEYS: meta, blob. ARGV: 5 the number of the first chunk, 6 how many. Answers the size, nothing if it is
-- not there as a whole, and the chunks.
if lost() then
  return DATA_LOST
end
local fields = {'size'}
for i = ARGV[5], ARGV[5] + ARGV[6] - 1 do
  fields[#fields + 1] = i
end
local found = call('HMGET', KEYS[2], unpack(fields))
for i = 1, #fields do
  found[i] = found[i] or ''
end
return found
