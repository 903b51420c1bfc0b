-- Deletes ended jobs, with their results, that ended before a moment. KEYS: the registry that lists them.
-- ARGV: prefixes of job, results and executions keys, the moment (as RQ writes it), then the ids of jobs.
-- A job that waits once more under its id stays. Answers how many were deleted.
local ended = {finished = true, failed = true, stopped = true, canceled = true}
local forgotten = 0
for i = 5, #ARGV do
  local id = ARGV[i]
  local job = ARGV[1] .. id
  local kept = redis.call('HMGET', job, 'status', 'ended_at', 'created_at')
  local at = kept[2] or kept[3] or ''
  if not kept[1] or (ended[kept[1]] and at < ARGV[4]) then
    redis.call('DEL', job, job .. ':dependents', job .. ':dependencies', ARGV[2] .. id, ARGV[3] .. id)
    redis.call('ZREM', KEYS[1], id)
    forgotten = forgotten + 1
  end
end
return forgotten
