-- Raises or clears an alert, once, whoever finds it: the change and its notices are one.
-- KEYS: raised alerts, then the list of notices that wait for each channel. ARGV: raise or clear, alert, notice.
local changed
if ARGV[1] == 'raise' then
  changed = redis.call('HSETNX', KEYS[1], ARGV[2], ARGV[3])
else
  changed = redis.call('HDEL', KEYS[1], ARGV[2])
end
if changed == 1 then
  for i = 2, #KEYS do
    redis.call('RPUSH', KEYS[i], ARGV[3])
    redis.call('LTRIM', KEYS[i], -100, -1)
  end
end
return changed
