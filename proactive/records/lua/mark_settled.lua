-- Remembers how an occurrence ended, as its row has it. KEYS: the hash of its lease. ARGV: status, seconds to keep.
redis.call('HSET', KEYS[1], 'state', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
