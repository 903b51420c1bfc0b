-- Says that the worker of running jobs is alive. KEYS: started registry.
-- ARGV: prefixes of job, execution and executions keys, ISO time, time in seconds, seconds of life, then job id and
-- execution id of each. What ended meanwhile stays ended.
local iso, now, life = ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
for i = 7, #ARGV, 2 do
  local id, execution = ARGV[i], ARGV[i + 1]
  local entry = id .. ':' .. execution
  if redis.call('ZSCORE', KEYS[1], entry) then
    redis.call('ZADD', KEYS[1], now + life, entry)
    redis.call('HSET', ARGV[2] .. entry, 'last_heartbeat', now)
    redis.call('EXPIRE', ARGV[2] .. entry, life)
    redis.call('ZADD', ARGV[3] .. id, 'XX', now + life + 60, execution)
    redis.call('EXPIRE', ARGV[3] .. id, life + 60)
    redis.call('HSET', ARGV[1] .. id, 'last_heartbeat', iso)
  end
end
