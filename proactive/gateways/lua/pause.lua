-- Pause an instance; of two pauses the longer one holds.
-- KEYS  pause   ARGV  milliseconds, reason
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[1])
end
return redis.call('PTTL', KEYS[1])
