-- KEYS: meta, then runs. Answers what each one is, nothing for those that are not there.
if lost() then
  return DATA_LOST
end
local found = {}
for i = 2, #KEYS do
  found[i - 1] = call('HGET', KEYS[i], 'json') or ''
end
return found
