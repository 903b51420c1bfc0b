-- Releases a lease after the gateway said no. KEYS[1]: the hash of the lease.
-- ARGV: its fencing token, 1 if the gateway may have accepted. A lease that was taken over or has its outcome stays.
local kept = redis.call('HMGET', KEYS[1], 'state', 'by', 'message', 'messages')
if (kept[1] == 'claimed' or kept[1] == 'reserved') and kept[2] == ARGV[1] then
  local time = redis.call('TIME')
  local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
  redis.call('HSET', KEYS[1], 'state', 'free', 'doubt', ARGV[2], 'looks', '0', 'at', tostring(now),
    'message', '', 'messages', ARGV[2] == '1' and (kept[4] or '') .. ' ' .. (kept[3] or '') or kept[4] or '')
end
