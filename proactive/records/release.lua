-- Gives a claim back. KEYS[1]: the handover hash. ARGV: 1 if the gateway may have accepted.
-- Only the one that may send ever gives back, so whoever holds it by now only looks; a settled one stays.
if redis.call('HGET', KEYS[1], 'state') == 'claimed' then
  local time = redis.call('TIME')
  local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
  redis.call('HSET', KEYS[1], 'state', 'free', 'doubt', ARGV[1], 'looks', '0', 'at', tostring(now))
end
