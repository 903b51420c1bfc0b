-- The gateway answered: the permit's message was seen by now, or surely never.
-- KEYS  permits   ARGV  permit, 1 if it may have been seen, now (s; empty: Redis's own clock)
local score = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]))
if not score then return 0 end
if ARGV[2] ~= '1' then return redis.call('ZREM', KEYS[1], ARGV[1]) end
local now = tonumber(ARGV[3])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) + tonumber(time[2]) / 1000000
end
redis.call('ZADD', KEYS[1], string.format('%.6f', math.min(score, now)), ARGV[1])
return 1
