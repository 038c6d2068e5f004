-- KEYS: meta to jobs. ARGV: 5 what to set: 1, 0, or nothing to ask. Answers whether the queue is paused.
if lost() then
  return DATA_LOST
end
if ARGV[5] == '' then
  return call('HGET', META, 'paused') == '1' and 1 or 0
end
call('HSET', META, 'paused', ARGV[5])
wake('p', '')
return tonumber(ARGV[5])
