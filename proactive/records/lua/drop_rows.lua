-- Takes written rows out of the outbox, unless newer ones have come in meanwhile.
-- KEYS: the outbox. ARGV: each record's id, and its row as it was written.
for i = 1, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then redis.call('HDEL', KEYS[1], ARGV[i]) end
end
