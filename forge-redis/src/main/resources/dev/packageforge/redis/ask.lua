-- Puts down what a process wants that may only ask.
-- KEYS: the asks, the keys of requests that were asked for
-- ARGV: a request's key or "", its run, then the ask's fields and values
-- Answers the id of the ask, or the run that was asked for with that key before.
if ARGV[1] ~= "" then
  local before = redis.call("HGET", KEYS[2], ARGV[1])
  if before and before ~= ARGV[2] then
    return { "", before }
  end
  redis.call("HSET", KEYS[2], ARGV[1], ARGV[2])
end
return { redis.call("XADD", KEYS[1], "*", unpack(ARGV, 3)), "" }
