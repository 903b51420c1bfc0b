-- Takes the leases of occurrences, each for one attempt. KEYS: the hash of each lease.
-- ARGV: lease seconds, seconds between two checks, seconds to keep; of each lease its fencing token (always a new one),
-- the message's id, how often the row had been opened again that the attempt read.
-- Time is Redis' own: workers' clocks may differ. Answers of each {outcome, seconds, maybe accepted, checks, void tokens, ids of
-- messages that earlier leases may have handed over}, in the stored fields' words {outcome, seconds, doubt, looks, over,
-- messages}; `message` is the id that this lease hands over.
--
-- state: reserved  taken, nothing sent yet               claimed  delivering has begun, or is being reconciled
--        open      void: given up before anything was sent      free  released after the gateway said no
--        sent, failed  the outcome; that it failed holds until its row is opened again
-- over:  the fencing tokens of void leases; the row may still name one of them.
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
-- A Redis that was killed may have lost its last second: that delivering began may have been in it.
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local lease, between = ARGV[1], ARGV[2]

local function acquired(key, token, message_id, read)
  local kept = redis.call('HMGET', key, 'state', 'at', 'doubt', 'looks', 'by', 'over', 'run', 'message', 'messages',
    'reopened')
  local state, at, doubt, looks, by, over = kept[1], kept[2], kept[3] or '0', kept[4] or '0', kept[5], kept[6] or ''
  local message, messages = kept[8] or '', kept[9] or ''
  local reopened = tonumber(kept[10] or '0')
  if state == 'sent' or (state == 'failed' and tonumber(read) <= reopened) then
    return {state, '0', doubt, looks, '', ''}
  end
  if tonumber(read) < reopened then -- what it has read is over: it reads again
    return {'busy', '1', doubt, looks, '', ''}
  end
  local outcome = 'claimed'
  if state == 'claimed' or state == 'reserved' then
    if by == token then -- asked again because the first answer was lost
      return {looks == '0' and 'claimed' or 'unknown', '0', doubt, looks, over, messages}
    end
    local age, alone = now - tonumber(at), tonumber(looks == '0' and lease or between)
    if age < alone then
      return {'busy', tostring(alone - age), doubt, looks, '', ''}
    end
    if state == 'reserved' and kept[7] == run then
      over = over .. ' ' .. by
    else
      outcome, looks = 'unknown', tostring(looks + 1)
      messages = messages .. ' ' .. message
    end
  elseif state ~= 'open' then
    looks, over = '0', ''
    if doubt == '1' and at and now - tonumber(at) < tonumber(between) then -- the gateway may show it late
      return {'busy', tostring(tonumber(between) - now + tonumber(at)), doubt, looks, '', ''}
    end
  end
  redis.call('HSET', key, 'state', outcome == 'unknown' and 'claimed' or 'reserved', 'by', token,
    'at', tostring(now), 'looks', looks, 'over', over, 'run', run,
    'message', outcome == 'unknown' and '' or message_id, 'messages', messages, 'reopened', read)
  redis.call('EXPIRE', key, ARGV[3])
  return {outcome, '0', doubt, looks, over, messages}
end

local answers = {}
for n, key in ipairs(KEYS) do
  answers[n] = acquired(key, ARGV[3 * n + 1], ARGV[3 * n + 2], ARGV[3 * n + 3])
end
return answers
