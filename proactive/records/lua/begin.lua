-- Begins a lease: delivering begins now, or its outcome must be reconciled; the time of the lease begins again.
-- KEYS[1]: the hash of the lease; the others, of messages to clients only: what stops their campaign, or them alone.
-- ARGV: its fencing token, and where the row knows better than Redis the ids of messages that earlier leases may have
-- handed over. Answers 1 if it began, 0 where it was given up or taken over, -1 where something stops it.
local kept = redis.call('HMGET', KEYS[1], 'state', 'by', 'looks', 'run')
if (kept[1] ~= 'reserved' and kept[1] ~= 'claimed') or kept[2] ~= ARGV[1] or kept[3] ~= '0' then return 0 end
if #KEYS > 1 then
  -- A Redis that was killed may have lost its last second, and in it what stops a campaign: the lease is taken anew.
  local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
  if kept[4] ~= run then return 0 end
  for i = 2, #KEYS do
    if redis.call('EXISTS', KEYS[i]) == 1 then return -1 end
  end
end
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], 'state', 'claimed', 'at', tostring(tonumber(time[1]) + tonumber(time[2]) / 1000000))
if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], 'message', '', 'messages', ARGV[2]) end
return 1
