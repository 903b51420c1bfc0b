-- Forgets the lease of an occurrence that failed, and no other's: somebody is about to send it once more.
-- KEYS[1]: the hash of the lease.
if redis.call('HGET', KEYS[1], 'state') == 'failed' then redis.call('DEL', KEYS[1]) end
