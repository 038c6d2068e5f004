-- KEYS: meta, workers. ARGV: 5 worker.
if lost() then
  return DATA_LOST
end
return call('HDEL', KEYS[2], ARGV[5])
