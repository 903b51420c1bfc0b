-- Remembers how an occurrence ended, counts it where that is news, and keeps its row until Supabase has it, all as one.
-- KEYS: the hash of its lease, the outbox, the hash of the metrics.
-- ARGV: status, seconds to keep, the field to count in, the record's id, its row as JSON.
local was = redis.call('HGET', KEYS[1], 'state')
redis.call('DEL', KEYS[1]) -- of what has ended, only the outcome is ever asked
redis.call('HSET', KEYS[1], 'state', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
if was ~= ARGV[1] then
  redis.call('HINCRBY', KEYS[3], ARGV[3], 1)
end
local read, row = pcall(cjson.decode, redis.call('HGET', KEYS[2], ARGV[4]) or '{}')
if not read or type(row) ~= 'table' or ARGV[1] == 'sent' or row['status'] ~= 'sent' then
  redis.call('HSET', KEYS[2], ARGV[4], ARGV[5])
end
