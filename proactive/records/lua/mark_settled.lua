-- Remembers how an occurrence ended, as its row has it. KEYS: its handover hash. ARGV: status, seconds to keep.
redis.call('HSET', KEYS[1], 'state', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
