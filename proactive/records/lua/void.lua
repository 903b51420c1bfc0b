-- Voids a lease that was not begun: nothing was sent under it. KEYS[1]: its hash. ARGV: its fencing token.
local kept = redis.call('HMGET', KEYS[1], 'state', 'by', 'over')
if kept[1] ~= 'reserved' or kept[2] ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'state', 'open', 'over', (kept[3] or '') .. ' ' .. ARGV[1])
return 1
