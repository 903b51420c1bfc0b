-- The queue, the workers and the scheduler at one moment, as JSON. It reads only.
-- KEYS: queue, scheduled, started, finished, failed registries, set of workers, scheduler's beat, outbox, alerts,
--       RQ's mark that workers are suspended (whoever of them runs nothing stands still then, whatever it last said),
--       refused rows of the outbox, when the alerts were evaluated.
-- ARGV: prefix of job keys, seconds within which a scheduled job counts as pending, least life (ms) of a worker,
--       seconds after which a scheduled job that was not moved is overdue.
-- A worker's key lives for at least a minute after each beat: what is left of it says how long ago that was, by
-- this clock alone.
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local snapshot = {now = now, workers = {idle = 0, busy = 0, suspended = 0}, alerts = redis.call('HKEYS', KEYS[9])}
local waiting = redis.call('LLEN', KEYS[1])
snapshot.jobs = {
  waiting = waiting, scheduled = redis.call('ZCARD', KEYS[2]), active = redis.call('ZCARD', KEYS[3]),
  completed = redis.call('ZCARD', KEYS[4]), failed = redis.call('ZCARD', KEYS[5]),
}
snapshot.pending = waiting + redis.call('ZCOUNT', KEYS[2], 0, now + tonumber(ARGV[2]))
local oldest = redis.call('LINDEX', KEYS[1], 0)
if oldest then
  snapshot.oldest = redis.call('HGET', ARGV[1] .. oldest, 'enqueued_at') or nil
end
local at_rest = redis.call('EXISTS', KEYS[10]) == 1 and 'suspended' or 'idle'
snapshot.suspended = at_rest == 'suspended'
for _, worker in ipairs(redis.call('SMEMBERS', KEYS[6])) do
  if redis.call('PTTL', worker) >= tonumber(ARGV[3]) then
    local state = redis.call('HGET', worker, 'state') == 'busy' and 'busy' or at_rest
    snapshot.workers[state] = snapshot.workers[state] + 1
  end
end
local beat = redis.call('GET', KEYS[7])
if beat then
  snapshot.scheduler = now - tonumber(beat)
end
snapshot.unwritten = redis.call('HLEN', KEYS[8])
snapshot.refused = redis.call('HLEN', KEYS[11])
snapshot.overdue = redis.call('ZCOUNT', KEYS[2], 0, now - tonumber(ARGV[4]))
for _, what in ipairs({'queue', 'records'}) do
  local evaluated = redis.call('HGET', KEYS[12], what)
  snapshot[what .. '_alerts'] = evaluated and now - tonumber(evaluated) or nil
end
return cjson.encode(snapshot)
