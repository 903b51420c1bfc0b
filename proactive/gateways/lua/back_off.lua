-- An instance cannot be sent from for a reason that may pass by itself: pause it, longer each time that it is looked at.
-- KEYS  pause     the reason of a pause; its TTL is the pause's rest
--       back_off  a hash: the kind of reason, since when, how often it was looked at, the reason as JSON
-- ARGV  kind, first wait (s), longest wait (s), the reason's words, the reason as JSON
-- Gives {seconds until it is looked at again, seconds since the first time of this kind}
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local first, longest = tonumber(ARGV[2]), tonumber(ARGV[3])
local kept = redis.call('HMGET', KEYS[2], 'kind', 'since', 'times')
local since, times = now, 0
if kept[1] == ARGV[1] then since, times = tonumber(kept[2]), tonumber(kept[3]) end
local rest = redis.call('PTTL', KEYS[1])
local wait = rest
if times == 0 or rest <= 0 then -- otherwise others of the instance were on their way at the same time
  wait = math.ceil(math.min(first * 2 ^ times, longest) * 1000)
  times = math.min(times + 1, 30)
end
if rest < wait then redis.call('SET', KEYS[1], ARGV[4], 'PX', wait) end
redis.call('HSET', KEYS[2], 'kind', ARGV[1], 'since', string.format('%.3f', since), 'times', times, 'failure', ARGV[5])
-- what is not met again for so long has passed
redis.call('PEXPIRE', KEYS[2], wait + math.ceil(2 * longest * 1000))
return {tostring(wait / 1000), string.format('%.3f', now - since)}
