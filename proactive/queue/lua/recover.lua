-- Puts the job of a dead worker back on its queue, once, unless it ended or waits already.
-- KEYS: started registry, intermediate queue, queue, scheduled registry, set of queues.
-- ARGV: prefix of job keys, job id, entry of the started registry (empty: the job is in the intermediate
-- queue), ISO time, how many workers may die of a job before it has to wait, seconds that it waits then.
-- The job's status is not asked where it is: RQ writes it before it moves the job.
local id, key = ARGV[2], ARGV[1] .. ARGV[2]
local taken
if ARGV[3] ~= '' then taken = redis.call('ZREM', KEYS[1], ARGV[3]) else taken = redis.call('LREM', KEYS[2], 1, id) end
local status = redis.call('HGET', key, 'status')
local ended = {finished = true, failed = true, stopped = true, canceled = true}
if taken == 0 or not status or ended[status] then return 0 end
if redis.call('LPOS', KEYS[3], id) or redis.call('ZSCORE', KEYS[4], id) then return 0 end
local deaths = redis.call('HINCRBY', key, 'deaths', 1)
redis.call('SADD', KEYS[5], KEYS[3])
if deaths > tonumber(ARGV[5]) then
  redis.call('HSET', key, 'status', 'scheduled')
  redis.call('HDEL', key, 'meta')
  redis.call('ZADD', KEYS[4], redis.call('TIME')[1] + ARGV[6], id)
else
  redis.call('HSET', key, 'status', 'queued', 'enqueued_at', ARGV[4])
  redis.call('LPUSH', KEYS[3], id)
end
return 1
