-- Lets jobs that a worker took and has not begun wait in the scheduled registry. KEYS: scheduled registry, started
-- registry, the worker's executions.
-- ARGV: prefixes of job, execution and executions keys, then job id, execution id and seconds to wait of each.
-- Those of one moment keep their order: their scores differ a little. What they had waited for before is over.
local now = tonumber(redis.call('TIME')[1])
for i = 4, #ARGV, 3 do
  local id, execution = ARGV[i], ARGV[i + 1]
  local entry = id .. ':' .. execution
  if redis.call('ZREM', KEYS[2], entry) == 1 then
    redis.call('HSET', ARGV[1] .. id, 'status', 'scheduled', 'started_at', '', 'worker_name', '')
    redis.call('HDEL', ARGV[1] .. id, 'meta')
    redis.call('ZADD', KEYS[1], string.format('%.4f', now + ARGV[i + 2] + i / 10000), id)
  end
  redis.call('DEL', ARGV[2] .. entry)
  redis.call('ZREM', ARGV[3] .. id, execution)
  redis.call('SREM', KEYS[3], entry)
end
