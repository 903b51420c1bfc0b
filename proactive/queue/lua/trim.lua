-- Keeps the latest jobs of a registry and drops the others. KEYS: registry.
-- ARGV: prefixes of job, results and executions keys, how many to keep, how many to drop at most.
-- A job that waits once more under its id is only taken off the list. Answers how many were dropped.
local surplus = math.min(redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[4]), tonumber(ARGV[5]))
if surplus <= 0 then return 0 end
local ended = {finished = true, failed = true, stopped = true, canceled = true}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, surplus - 1)) do
  local job = ARGV[1] .. id
  local status = redis.call('HGET', job, 'status')
  if not status or ended[status] then
    redis.call('DEL', job, job .. ':dependents', job .. ':dependencies', ARGV[2] .. id, ARGV[3] .. id)
  end
end
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, surplus - 1)
return surplus
