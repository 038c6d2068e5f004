-- KEYS: meta to due. Answers the milliseconds until there may be a job: 0 for now, -1 for never.
if lost() then
  return DATA_LOST
end
return until_free(time())
