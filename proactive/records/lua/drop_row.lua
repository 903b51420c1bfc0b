-- Takes a written row out of the outbox, unless a newer one has come in meanwhile.
-- KEYS: the outbox. ARGV: the record's id, its row as it was written.
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then return redis.call('HDEL', KEYS[1], ARGV[1]) end
