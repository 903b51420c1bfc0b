-- Puts jobs back at the head of the queue that a worker took and has not begun.
-- KEYS: queue, started registry, the worker's executions. ARGV: prefixes of job, execution and executions keys, then
-- job id and execution id of each, the last one first.
for i = 4, #ARGV, 2 do
  local id, execution = ARGV[i], ARGV[i + 1]
  local entry = id .. ':' .. execution
  if redis.call('ZREM', KEYS[2], entry) == 1 then
    redis.call('HSET', ARGV[1] .. id, 'status', 'queued', 'started_at', '', 'worker_name', '')
    redis.call('LPUSH', KEYS[1], id)
  end
  redis.call('DEL', ARGV[2] .. entry)
  redis.call('ZREM', ARGV[3] .. id, execution)
  redis.call('SREM', KEYS[3], entry)
end
