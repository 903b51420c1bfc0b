-- Notes a send of an instance. KEYS: its sends. ARGV: the message's id at the gateway, moment, how many are kept, seconds
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -tonumber(ARGV[3]) - 1)
redis.call('EXPIRE', KEYS[1], ARGV[4])
