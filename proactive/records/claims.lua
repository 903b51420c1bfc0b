-- Takes an occurrence for one attempt. KEYS[1]: its handover hash.
-- ARGV: by, lease seconds, seconds to keep. Time is Redis' own: workers' clocks may differ.
-- Answers {outcome, seconds, doubt, looks}.
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local kept = redis.call('HMGET', KEYS[1], 'state', 'at', 'doubt', 'looks')
local state, at, doubt, looks = kept[1], kept[2], kept[3] or '0', kept[4] or '0'
if state == 'sent' or state == 'failed' then
  return {state, '0', doubt, looks}
end
local outcome = 'claimed'
if state == 'claimed' then
  local age = now - tonumber(at)
  if age < tonumber(ARGV[2]) then
    return {'busy', tostring(tonumber(ARGV[2]) - age), doubt, looks}
  end
  outcome = 'unknown'
  looks = tostring(redis.call('HINCRBY', KEYS[1], 'looks', 1))
end
redis.call('HSET', KEYS[1], 'state', 'claimed', 'by', ARGV[1], 'at', tostring(now))
redis.call('EXPIRE', KEYS[1], ARGV[3])
return {outcome, '0', doubt, looks}
