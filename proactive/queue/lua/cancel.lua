-- Takes a job off the schedule for good, unless it is there no more: then somebody is at it.
-- KEYS: registry of scheduled jobs, the job, what else is forgotten of it. ARGV: the job's id.
if redis.call('ZREM', KEYS[1], ARGV[1]) == 0 then
  return 0
end
redis.call('DEL', unpack(KEYS, 2))
return 1
