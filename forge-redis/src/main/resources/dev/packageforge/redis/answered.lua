-- Takes an ask away and tells its answer.
-- KEYS: meta, the asks, who answers them, the keys of requests that were asked for, the news, then what was
-- given with it. ARGV: 5 the id of the ask, 6 the answer, 7 the key of its request or nothing.
if lost() then
  return DATA_LOST
end
call('HDEL', KEYS[3], ARGV[5])
if call('XDEL', KEYS[2], ARGV[5]) == 0 then
  return 0
end
if ARGV[7] ~= '' then
  call('HDEL', KEYS[4], ARGV[7])
end
if KEYS[6] then
  call('DEL', KEYS[6])
end
call('XADD', KEYS[5], 'MAXLEN', '~', 10000, '*', 'ask', ARGV[5], 'answer', ARGV[6])
return 1
