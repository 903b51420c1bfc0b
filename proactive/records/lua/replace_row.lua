-- Puts a row in the place of a kept one, or takes it out, unless a newer one has come in meanwhile.
-- KEYS: the outbox. ARGV: the record's id, its row as it was read, the row to keep (empty: none).
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
return 1
