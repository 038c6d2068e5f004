-- KEYS: meta, blob, refs, loose. ARGV: 5 digest, 6 the number of a chunk, 7 the chunk, 8 the size of all of
-- it with the last chunk, else nothing.
-- What is there is written over: it is the same, or was damaged.
if lost() then
  return DATA_LOST
end
local now = time()
call('HSET', KEYS[2], ARGV[6], ARGV[7], 'wanted', now)
if ARGV[8] ~= '' then
  call('HSET', KEYS[2], 'size', ARGV[8])
end
if call('HEXISTS', KEYS[3], ARGV[5]) == 0 then
  call('ZADD', KEYS[4], now, ARGV[5])
end
return 1
