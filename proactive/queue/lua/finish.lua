-- Puts jobs away that ended well, as RQ puts one away: result, registry, and nothing left of their executions.
-- KEYS: started registry, finished registry, the worker, its executions.
-- ARGV: prefixes of job, execution, executions and results keys, the worker's name, ISO time, time in seconds, seconds
--       that they are kept, seconds that they took together, then job id, execution id and result of each.
-- A job that was given to another worker meanwhile is that worker's. Answers how many were put away.
local name, iso, now, kept = ARGV[5], ARGV[6], tonumber(ARGV[7]), tonumber(ARGV[8])
local put_away = 0
for i = 10, #ARGV, 3 do
  local id, execution, result = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local entry = id .. ':' .. execution
  if redis.call('ZREM', KEYS[1], entry) == 1 then
    local job, results = ARGV[1] .. id, ARGV[4] .. id
    local began = redis.call('HGET', ARGV[2] .. entry, 'created_at') or now
    redis.call('HSET', job, 'status', 'finished', 'ended_at', iso, 'last_heartbeat', iso)
    redis.call('EXPIRE', job, kept)
    redis.call('XADD', results, 'MAXLEN', 10, '*', 'type', 1, 'worker_name', name, 'return_value', result,
      'execution_id', execution, 'execution_started_at', began, 'execution_ended_at', now)
    redis.call('EXPIRE', results, kept)
    redis.call('ZADD', KEYS[2], now + kept, id)
    redis.call('DEL', ARGV[2] .. entry)
    redis.call('ZREM', ARGV[3] .. id, execution)
    put_away = put_away + 1
  end
  redis.call('SREM', KEYS[4], entry)
end
redis.call('HINCRBY', KEYS[3], 'successful_job_count', put_away)
redis.call('HINCRBYFLOAT', KEYS[3], 'total_working_time', ARGV[9])
return put_away
