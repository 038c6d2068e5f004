-- KEYS: meta to jobs. ARGV: 5 id, 6 run, 7 priority, 8 delay, 9 delay in ms.
-- Answers 1 if the job was added, by this call or by one with the same request id.
if lost() then
  return DATA_LOST
end
local id = ARGV[5]
if add(id, ARGV[6], ARGV[7], ARGV[8], ARGV[9]) then
  return 1
end
return birth(call('HGET', JOB, id)) == REQUEST and 1 or 0
