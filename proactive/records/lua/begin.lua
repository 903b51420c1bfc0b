-- Begins a lease: delivering begins now, or its outcome must be reconciled; the time of the lease begins again.
-- KEYS[1]: the hash of the lease. ARGV: its fencing token, and where the row knows better than Redis the ids of messages
-- that earlier leases may have handed over. Answers 1 unless it was given up or taken over.
local kept = redis.call('HMGET', KEYS[1], 'state', 'by', 'looks')
if (kept[1] ~= 'reserved' and kept[1] ~= 'claimed') or kept[2] ~= ARGV[1] or kept[3] ~= '0' then return 0 end
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], 'state', 'claimed', 'at', tostring(tonumber(time[1]) + tonumber(time[2]) / 1000000))
if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], 'message', '', 'messages', ARGV[2]) end
return 1
