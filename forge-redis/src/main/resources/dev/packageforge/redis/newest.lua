-- KEYS: meta, runs. ARGV: 5 how many. Answers the newest runs' ids.
if lost() then
  return DATA_LOST
end
return call('ZREVRANGE', KEYS[2], 0, ARGV[5] - 1)
