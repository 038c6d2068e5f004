-- KEYS: meta, over, loose. ARGV: 5 age in ms, 6 how many runs, 7 long in ms. Answers the oldest runs that
-- ended longer ago than that, and contents that nobody needed for long: longer than any run may take, so
-- that they are of a worker that died before it could name them.
if lost() then
  return DATA_LOST
end
local now = time()
return {
  call('ZRANGEBYSCORE', KEYS[2], '-inf', '(' .. string.format('%.0f', now - ARGV[5]), 'LIMIT', 0, ARGV[6]),
  call('ZRANGEBYSCORE', KEYS[3], '-inf', string.format('%.0f', now - ARGV[7]), 'LIMIT', 0, 100),
}
