-- Lets one of those who may act answer an ask; another one may, if it takes too long.
-- KEYS: the asks, who answers them
-- ARGV: the id of the ask
-- Answers 1 if it is ours.
if #redis.call("XRANGE", KEYS[1], ARGV[1], ARGV[1]) == 0 then
  return 0
end
local now = tonumber(redis.call("TIME")[1])
if tonumber(redis.call("HGET", KEYS[2], ARGV[1]) or 0) > now then
  return 0
end
redis.call("HSET", KEYS[2], ARGV[1], now + 10)
return 1
