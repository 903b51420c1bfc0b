-- Keeps a message from being begun while somebody skips it. KEYS: the hash of its lease, the mark. ARGV: seconds.
-- Answers 0 where delivering has begun or was accepted, or nobody knows: it cannot be skipped any more; 1 where the mark
-- is this call's, 2 where somebody else's is there.
local kept = redis.call('HMGET', KEYS[1], 'state', 'doubt')
if kept[1] == 'claimed' or kept[1] == 'sent' or kept[2] == '1' then return 0 end
if redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[1]) then return 1 end
return 2
