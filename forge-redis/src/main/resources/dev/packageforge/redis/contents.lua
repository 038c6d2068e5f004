-- KEYS: meta, then runs. Answers the contents each one needs.
if lost() then
  return DATA_LOST
end
local found = {}
for i = 2, #KEYS do
  found[i - 1] = call('HGET', KEYS[i], 'contents') or ''
end
return found
