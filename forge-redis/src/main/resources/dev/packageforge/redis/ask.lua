-- Puts down what is wanted by who may only ask. Reads no key that such a user may not write.
-- KEYS: the asks, the keys of requests that were asked for.
-- ARGV: 5 a request's key or nothing, 6 its run, then the ask's fields and values.
-- Answers the id of the ask; or nothing, and the run that was asked for with that key before.
local key = ARGV[5]
if AGAIN then
  for _, entry in ipairs(call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 100)) do
    if entry[2][2] == REQUEST then
      return {entry[1], ''}
    end
  end
end
if key ~= '' then
  local before = call('HGET', KEYS[2], key)
  if before and before ~= ARGV[6] then
    return {'', before}
  end
  call('HSET', KEYS[2], key, ARGV[6])
end
return {call('XADD', KEYS[1], '*', 'id', REQUEST, unpack(ARGV, 7)), ''}
