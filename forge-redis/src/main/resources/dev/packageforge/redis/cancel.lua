-- KEYS: meta to jobs, run. ARGV: 5 run. Answers whether there was anybody to ask.
if lost() then
  return DATA_LOST
end
local _, lines = jobs_of(ARGV[5])
if call('HGET', RUN, 'state') ~= 'n' or not any_held(lines, time()) then
  return 0
end
call('HSET', RUN, 'cancel', '1')
wake('c', ARGV[5])
return 1
