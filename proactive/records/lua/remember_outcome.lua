-- Remembers how an occurrence ended, counts it where that is news, and keeps its row until Supabase has it, all as one.
-- KEYS: the hash of its lease, the outbox, the hash of the metrics, and where the gateway has just accepted it the sends
-- of its instance.
-- ARGV: status, seconds to keep, the field to count in, the record's id, its row as JSON, how often that had been opened
-- again; then what gateways/lua/note_send.lua has. A failure from before it was opened again says nothing of the attempts
-- after that.
local kept = redis.call('HMGET', KEYS[1], 'state', 'reopened')
local failed, reopened = ARGV[1] == 'failed', tonumber(ARGV[6])
if failed and tonumber(kept[2] or '0') > reopened then return 0 end
redis.call('DEL', KEYS[1]) -- of what has ended, only the outcome is ever asked
redis.call('HSET', KEYS[1], 'state', ARGV[1])
if reopened > 0 then redis.call('HSET', KEYS[1], 'reopened', ARGV[6]) end
redis.call('EXPIRE', KEYS[1], ARGV[2])
if kept[1] ~= ARGV[1] then
  redis.call('HINCRBY', KEYS[3], ARGV[3], 1)
end
local read, row = pcall(cjson.decode, redis.call('HGET', KEYS[2], ARGV[4]) or '{}')
local known = read and type(row) == 'table'
local later = known and type(row['metadata']) == 'table' and (tonumber(row['metadata']['reopened']) or 0) > reopened
if not (known and failed and (row['status'] == 'sent' or later)) then
  redis.call('HSET', KEYS[2], ARGV[4], ARGV[5])
end
if KEYS[4] then
  redis.call('ZADD', KEYS[4], ARGV[8], ARGV[7])
  redis.call('ZREMRANGEBYRANK', KEYS[4], 0, -tonumber(ARGV[9]) - 1)
  redis.call('EXPIRE', KEYS[4], ARGV[10])
end
return 1
