-- Takes an occurrence for one attempt. KEYS[1]: its handover hash.
-- ARGV: by (new for every claim), lease seconds, seconds between two looks, seconds to keep.
-- Time is Redis' own: workers' clocks may differ. Answers {outcome, seconds, doubt, looks}.
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local kept = redis.call('HMGET', KEYS[1], 'state', 'at', 'doubt', 'looks', 'by')
local state, at, doubt, looks, by = kept[1], kept[2], kept[3] or '0', kept[4] or '0', kept[5]
if state == 'sent' or state == 'failed' then
  return {state, '0', doubt, looks}
end
local outcome = 'claimed'
if state == 'claimed' then
  if by == ARGV[1] then -- asked again because the first answer was lost
    return {looks == '0' and 'claimed' or 'unknown', '0', doubt, looks}
  end
  local age, alone = now - tonumber(at), tonumber(looks == '0' and ARGV[2] or ARGV[3])
  if age < alone then
    return {'busy', tostring(alone - age), doubt, looks}
  end
  outcome = 'unknown'
  looks = tostring(looks + 1)
else
  looks = '0'
  if doubt == '1' and at and now - tonumber(at) < tonumber(ARGV[3]) then -- the gateway may show it late
    return {'busy', tostring(tonumber(ARGV[3]) - now + tonumber(at)), doubt, looks}
  end
end
redis.call('HSET', KEYS[1], 'state', 'claimed', 'by', ARGV[1], 'at', tostring(now), 'looks', looks)
redis.call('EXPIRE', KEYS[1], ARGV[4])
return {outcome, '0', doubt, looks}
