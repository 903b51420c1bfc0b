-- Remembers how an occurrence ended, and counts it where that is news.
-- KEYS: its handover hash, the hash of the measures. ARGV: status, seconds to keep, the field to count in or ''.
local was = redis.call('HGET', KEYS[1], 'state')
redis.call('HSET', KEYS[1], 'state', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
if ARGV[3] ~= '' and was ~= ARGV[1] then
  redis.call('HINCRBY', KEYS[2], ARGV[3], 1)
end
return 1
