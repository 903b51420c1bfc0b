-- Remembers how an occurrence ended, as its row has it, for whoever has just leased it. A lease that another took over
-- meanwhile stays: that one may be delivering. KEYS: the hash of its lease. ARGV: status, seconds to keep, fencing token.
if redis.call('HGET', KEYS[1], 'by') ~= ARGV[3] then return end
redis.call('HSET', KEYS[1], 'state', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
