-- Takes bytes in from who may only ask.
-- KEYS: the given. ARGV: 5 the number of a chunk, 6 the chunk, 7 the size of all of it with the last chunk, else
-- nothing.
call('HSET', KEYS[1], ARGV[5], ARGV[6])
if ARGV[7] ~= '' then
  call('HSET', KEYS[1], 'size', ARGV[7])
end
return 1
