-- KEYS: meta to jobs, workers. ARGV: 5 worker, 6 its report, 7 ms to the next beat while somebody looks, 8 ms
-- else, 9 ms between two sweeps. Answers the ms to the next beat, and if that is long also what a look
-- finds, so that who waits need not look as well, and what was repaired.
local meta = call('HMGET', META, 'epoch', 'paused', 'lookUntil', 'sweptAt', 'sweepFrom')
if meta[1] ~= EPOCH then
  return DATA_LOST
end
local now = time()
local watched = now < tonumber(meta[3] or 0)
local next = tonumber(watched and ARGV[7] or ARGV[8])
call('HSET', KEYS[8], ARGV[5], string.format('%.0f', now) .. '\n' .. next .. '\n' .. ARGV[6])
if watched then
  return {next}
end
local repairs = {}
if now - tonumber(meta[4] or 0) >= tonumber(ARGV[9]) then
  local from = sweep(meta[5] or '0', repairs)
  call('HSET', META, 'sweptAt', string.format('%.0f', now), 'sweepFrom', from)
end
local found = look(now, meta[2])
return {next, found[1], found[2], unpack(repairs)}
