-- KEYS: meta to jobs. ARGV: 5 where to begin. Answers where to go on, 0 at the end, and each repair.
if lost() then
  return DATA_LOST
end
local repairs = {}
local next = sweep(ARGV[5], repairs)
return {next, unpack(repairs)}
