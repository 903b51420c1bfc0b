-- Takes an occurrence for one attempt. KEYS[1]: its handover hash.
-- ARGV: by, resume (1 or 0), lease seconds, seconds to keep. Time is Redis' own: workers' clocks may differ.
-- Answers {outcome, seconds, doubt, looks}.
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local kept = redis.call('HMGET', KEYS[1], 'state', 'by', 'at', 'doubt', 'looks')
local state, by, at, doubt, looks = kept[1], kept[2], kept[3], kept[4] or '0', kept[5] or '0'
if state == 'sent' or state == 'failed' then
  return {state, '0', doubt, looks}
end
local outcome = 'claimed'
if state == 'claimed' and not (by == ARGV[1] and ARGV[2] == '1') then
  local age = now - tonumber(at)
  if age < tonumber(ARGV[3]) then
    return {'busy', tostring(tonumber(ARGV[3]) - age), doubt, looks}
  end
  outcome = 'unknown'
  looks = tostring(redis.call('HINCRBY', KEYS[1], 'looks', 1))
end
redis.call('HSET', KEYS[1], 'state', 'claimed', 'by', ARGV[1], 'at', tostring(now))
redis.call('EXPIRE', KEYS[1], ARGV[4])
return {outcome, '0', doubt, looks}
