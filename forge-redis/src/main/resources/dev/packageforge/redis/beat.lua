-- KEYS: meta to wake, workers. ARGV: 5 worker, 6 its report, 7 ms to the next beat while somebody looks, 8
-- ms else. Answers the ms to the next beat, and what a look finds if it is long: so that who waits need not
-- look as well.
local meta = call('HMGET', META, 'epoch', 'lookUntil', 'paused')
if meta[1] ~= EPOCH then
  return DATA_LOST
end
local now = time()
local watched = now < tonumber(meta[2] or 0)
local next = tonumber(watched and ARGV[7] or ARGV[8])
call('HSET', KEYS[7], ARGV[5], string.format('%.0f', now) .. '\n' .. next .. '\n' .. ARGV[6])
if watched then
  return {next}
end
local found = look(now, meta[3])
return {next, found[1], found[2]}
