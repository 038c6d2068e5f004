-- For scripts that look for work. What a look finds is the milliseconds until a job can be taken, 0 if one
-- can be and -1 if none ever will by itself; and the last news there was, so that whoever reads them
-- knows which ones are new.

local function last_news()
  local last = call('XREVRANGE', WAKE, '+', '-', 'COUNT', '1')[1]
  return last and last[1] or '0-0'
end

-- What a look finds where no job is ready.
local function look_at_what_rests(now)
  local lapse = call('ZRANGE', LEASE, '0', '0', 'WITHSCORES')[2]
  local due = call('ZRANGE', DUE, '0', '0', 'WITHSCORES')[2]
  local first = math.min(tonumber(lapse) or math.huge, tonumber(due) or math.huge)
  return {first == math.huge and -1 or math.max(0, first - now), last_news()}
end

local function look(now, paused)
  if paused == '1' then
    return {-1, last_news()}
  end
  if call('ZCARD', READY) > 0 then
    return {0, last_news()}
  end
  return look_at_what_rests(now)
end
