-- The gateway answered: each permit's message was seen by now, or surely never.
-- KEYS  permits, of each   ARGV  1 if they may have been seen, now (s; empty: Redis's own clock), each permit
local now = tonumber(ARGV[2])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) + tonumber(time[2]) / 1000000
end
for n, key in ipairs(KEYS) do
  local permit = ARGV[n + 2]
  local score = tonumber(redis.call('ZSCORE', key, permit))
  if score and ARGV[1] == '1' then
    redis.call('ZADD', key, string.format('%.6f', math.min(score, now)), permit)
  elseif score then
    redis.call('ZREM', key, permit)
  end
end
