-- Takes an ask away and tells its answer.
-- KEYS: the asks, who answers them, the keys of requests that were asked for, the news
-- ARGV: the id of the ask, the answer, the key of its request or ""
redis.call("HDEL", KEYS[2], ARGV[1])
if redis.call("XDEL", KEYS[1], ARGV[1]) == 1 then
  if ARGV[3] ~= "" then
    redis.call("HDEL", KEYS[3], ARGV[3])
  end
  redis.call("XADD", KEYS[4], "MAXLEN", "~", 10000, "*", "ask", ARGV[1], "answer", ARGV[2])
end
return 1
