-- Gives a reservation up under which nothing was handed over. KEYS[1]: the handover hash. ARGV: token.
local kept = redis.call('HMGET', KEYS[1], 'state', 'by', 'over')
if kept[1] ~= 'reserved' or kept[2] ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'state', 'open', 'over', (kept[3] or '') .. ' ' .. ARGV[1])
return 1
