-- Keeps a row for later; what is kept of an occurrence is replaced by what is known better: pending, failed, sent.
-- KEYS: the outbox. ARGV: the record's id, its row as JSON, its status.
local known = {pending = 0, failed = 1, sent = 2}
local kept = redis.call('HGET', KEYS[1], ARGV[1])
local read, row = pcall(cjson.decode, kept or '{}') -- what cannot be read is worth less than anything
if read and type(row) == 'table' and (known[row['status']] or -1) > known[ARGV[3]] then return 0 end
return redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
