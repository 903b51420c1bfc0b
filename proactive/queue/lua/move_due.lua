-- Moves due jobs from RQ's scheduled registry to their queue, each exactly once, whoever asks.
-- KEYS: registry, queue, set of queues. ARGV: prefix of job keys, ISO time, limit.
-- RQ's own mover reads, pushes and removes in separate steps behind a lock that outlives a killed holder.
local time = redis.call('TIME')
local due = redis.call('ZRANGEBYSCORE', KEYS[1], 0, time[1], 'LIMIT', 0, ARGV[3])
for _, id in ipairs(due) do
  redis.call('ZREM', KEYS[1], id)
  if redis.call('EXISTS', ARGV[1] .. id) == 1 then
    redis.call('HSET', ARGV[1] .. id, 'status', 'queued', 'enqueued_at', ARGV[2])
    redis.call('SADD', KEYS[3], KEYS[2])
    redis.call('RPUSH', KEYS[2], id)
  end
end
return #due
