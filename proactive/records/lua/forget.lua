-- Forgets the lease and the outcome of an occurrence whose row a person has opened again: unless an attempt has leased it
-- since, or it was sent after all and its row is on its way. KEYS: the hash of its lease, the outbox.
-- ARGV: the record's id, how often its row has been opened again.
local kept = redis.call('HMGET', KEYS[1], 'state', 'reopened')
if tonumber(kept[2] or '0') >= tonumber(ARGV[2]) then return 0 end
if kept[1] == 'sent' and redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then return 0 end
return redis.call('DEL', KEYS[1])
