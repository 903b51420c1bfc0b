-- Begins a lease: delivering begins now, or its outcome must be reconciled; the time of the lease begins again.
-- KEYS[1]: the hash of the lease; then, where ARGV has the last two, the sends of its instance, their fates, whether it
-- tells receipts, and what stops it; then what stops the message: of one to an owner one key, of one to a client two,
-- that of its campaign and its own.
-- ARGV: its fencing token; where the row knows better than Redis the ids of messages that earlier leases may have handed
-- over; how many sends count, and how many of them in trouble make a judge needed.
-- Answers 1 if it began, 0 where it was given up or taken over, -1 where something stops it, -2 where the breaker of its
-- instance has to be asked first: nothing began.
local kept = redis.call('HMGET', KEYS[1], 'state', 'by', 'looks', 'run')
if (kept[1] ~= 'reserved' and kept[1] ~= 'claimed') or kept[2] ~= ARGV[1] or kept[3] ~= '0' then return 0 end
local halts = 2
if ARGV[3] then
  halts = 6
  if redis.call('EXISTS', KEYS[5]) == 1 then return -2 end
  local tells = redis.call('EXISTS', KEYS[4]) == 1
  local troubled = 0
  for _, send in ipairs(redis.call('ZRANGE', KEYS[2], -tonumber(ARGV[3]), -1)) do
    if string.sub(send, 1, 10) == 'throttled-' then
      troubled = troubled + 1
    elseif not redis.call('ZSCORE', KEYS[3], 'phone ' .. send) then
      local refused = redis.call('ZSCORE', KEYS[3], 'refused ' .. send)
      if refused or (tells and not redis.call('ZSCORE', KEYS[3], 'server ' .. send)) then troubled = troubled + 1 end
    end
  end
  if troubled >= tonumber(ARGV[4]) then return -2 end
end
if #KEYS >= halts then
  -- A Redis that was killed may have lost its last second, and in it what stops a campaign: the lease is taken anew.
  -- Of a message to an owner the row that is read next says it.
  if #KEYS > halts then
    local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
    if kept[4] ~= run then return 0 end
  end
  for i = halts, #KEYS do
    if redis.call('EXISTS', KEYS[i]) == 1 then return -1 end
  end
end
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], 'state', 'claimed', 'at', tostring(tonumber(time[1]) + tonumber(time[2]) / 1000000))
if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], 'message', '', 'messages', ARGV[2]) end
return 1
