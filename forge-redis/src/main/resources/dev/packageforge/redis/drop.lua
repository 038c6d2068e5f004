-- KEYS: meta, refs, loose, then blobs. ARGV: 5 long in ms, then their digests. Drops those that nobody
-- needed for that long.
if lost() then
  return DATA_LOST
end
local before = time() - ARGV[5]
local dropped = 0
for i = 6, #ARGV do
  local since = call('ZSCORE', KEYS[3], ARGV[i])
  if since and tonumber(since) <= before then
    if call('HEXISTS', KEYS[2], ARGV[i]) == 0 then
      dropped = dropped + call('DEL', KEYS[i - 2])
    end
    call('ZREM', KEYS[3], ARGV[i])
  end
end
return dropped
