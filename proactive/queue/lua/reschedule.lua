-- Gives a job that waits for its time another one, unless it waits no more: then somebody is at it.
-- KEYS: registry of scheduled jobs, the job. ARGV: the job's id, its time (seconds since 1970), its data.
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  return 0
end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('HSET', KEYS[2], 'data', ARGV[3])
return 1
