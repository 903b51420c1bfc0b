-- Takes the jobs that wait, behind one that a worker has just taken or without it, and begins them all, as RQ begins
-- one. KEYS: queue, intermediate queue, started registry, the queue's workers, the worker's executions, RQ's mark that
-- its workers are suspended.
-- ARGV: prefixes of job, execution and executions keys, the first job's id (empty: there is none), how many at most,
--       the worker's name, ISO time, time in seconds, seconds until a silent one counts as dead, prefix of the
--       executions' ids.
-- Of what waits, no more than this worker's share, but two if there are: they cost the requests of one. Nothing while
-- the workers are suspended: the first goes back.
-- Answers {id, execution id, {field, value, ...}} of each.
local was_taken = ARGV[4] ~= '' and redis.call('LREM', KEYS[2], 1, ARGV[4]) == 1
if redis.call('EXISTS', KEYS[6]) == 1 then
  if was_taken then redis.call('LPUSH', KEYS[1], ARGV[4]) end
  return {}
end
local ids = {}
if ARGV[4] ~= '' then ids[1] = ARGV[4] end
local share = math.max(2, math.ceil((redis.call('LLEN', KEYS[1]) + #ids) / math.max(1, redis.call('SCARD', KEYS[4]))))
while #ids < share and #ids < tonumber(ARGV[5]) do
  local id = redis.call('LPOP', KEYS[1])
  if not id then break end
  ids[#ids + 1] = id
end
local name, iso, now, life = ARGV[6], ARGV[7], tonumber(ARGV[8]), tonumber(ARGV[9])
local taken = {}
for place, id in ipairs(ids) do
  local key = ARGV[1] .. id
  local job = redis.call('HGETALL', key)
  if #job > 0 then
    local execution = ARGV[10] .. string.format('%04x', place)
    local entry = id .. ':' .. execution
    redis.call('HSET', key, 'status', 'started', 'started_at', iso, 'last_heartbeat', iso, 'worker_name', name)
    redis.call('PERSIST', key)
    redis.call('HSET', ARGV[2] .. entry, 'id', execution, 'job_id', id, 'created_at', now, 'last_heartbeat', now,
      'worker_name', name)
    redis.call('EXPIRE', ARGV[2] .. entry, life)
    redis.call('ZADD', ARGV[3] .. id, now + life + 60, execution)
    redis.call('EXPIRE', ARGV[3] .. id, life + 60)
    redis.call('ZADD', KEYS[3], now + life, entry)
    redis.call('SADD', KEYS[5], entry)
    taken[#taken + 1] = {id, execution, job}
  end
end
redis.call('EXPIRE', KEYS[5], life + 60)
return taken
