-- KEYS: meta to wake. ARGV: 5 worker, 6 length in ms, 7 nonce.
-- Answers id, head, deliveries, counter, expires, nonce; or what a look finds.
-- head, deliveries, counter, handback
local FREE = '^(r%w*\n%d\n%d+\n[^\n]*\n[^\n]*)\n(%d+)\n(%d+)\n[^\n]*\n[^\n]*\n[^\n]*\n([^\n]*)'
local worker, length, nonce = ARGV[5], tonumber(ARGV[6]), ARGV[7]
local meta = call('HMGET', META, 'epoch', 'paused')
if meta[1] ~= EPOCH then
  return DATA_LOST
end
if AGAIN then
  -- Few jobs are leased at a time, and this is rare: no index is kept of who asked for what. If the
  -- first call reaches the server only after this one, its lease lapses unused.
  local ids = call('ZRANGE', LEASE, 0, -1)
  local lines = #ids > 0 and call('HMGET', JOB, unpack(ids)) or {}
  for i, line in ipairs(lines) do
    local head, _, _, _, deliveries, counter, n, expires, claim = match(line or '', OPEN)
    if claim == REQUEST then
      return {ids[i], head, tonumber(deliveries), tonumber(counter), expires, n}
    end
  end
end
local now = time()
if meta[2] == '1' then
  return look(now, meta[2])
end
-- So many at once that the order is right among all of them, and not so many that others wait.
local by_now = format('%d', now)
local lapsed = call('ZRANGEBYSCORE', LEASE, '-inf', by_now, 'LIMIT', '0', '100')
if #lapsed > 0 then
  lose(lapsed)
end
local due = call('ZRANGEBYSCORE', DUE, '-inf', by_now, 'LIMIT', '0', '100')
if #due > 0 then
  promote(due)
end
while true do
  local id = call('ZPOPMIN', READY)[1]
  if not id then
    return look_at_what_rests(now)
  end
  local head, deliveries, counter, handback = match(call('HGET', JOB, id) or '', FREE)
  -- An id without a job is dropped here.
  if head then
    local expires = format('%d', now + length)
    deliveries, counter = deliveries + 1, counter + 1
    call('HSET', JOB, id, format('%s\n%d\n%d\n%s\n%s\n%s\n%s\n%s', head, deliveries, counter, nonce, expires,
      REQUEST, handback, worker))
    call('ZADD', LEASE, expires, id)
    return {id, head, deliveries, counter, expires, nonce}
  end
end
