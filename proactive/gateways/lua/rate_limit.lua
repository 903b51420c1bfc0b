-- Ask for permits to send messages, one after the other. See rate_limit.py for why this keeps the limit.
--
-- KEYS  epoch:   the run of Redis that remembers every permit of the last window, and since when
--       and of each message
--       permits: permit -> the latest moment at which the gateway may see its message
--       turns:   waiting ticket -> the moment from which it may ask again
--       pause:   the reason of a pause; its TTL is the pause's rest
-- ARGV  limit, window (s), in flight (s), now (s; empty: Redis's own clock)
--       and of each message permit, ticket, and of one to a client how many of the limit may be such (else empty); its
--       permit begins with "client:"
-- Gives of each {1 if granted, seconds to wait, why: limit | pause | restart | clients, the pause's reason}
local epoch = KEYS[1]
local limit, window, in_flight = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local now = tonumber(ARGV[4])

-- A waiting ticket that does not come when its turn is due keeps its place free this long, and may
-- still use its turn for as long as it is kept.
local LATE, KEPT = 15, 3600
-- A message to a client that has to wait asks again after so long: it stands in no line.
local ASIDE = 5
-- A permit's place is free only after its window, not at its very end.
local TICK = 0.001

local function fixed(seconds) return string.format('%.6f', seconds) end

local function by_score(key, ...)
  local found, scores = redis.call(key, ...), {}
  for i = 2, #found, 2 do scores[#scores + 1] = tonumber(found[i]) end
  return scores
end

if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) + tonumber(time[2]) / 1000000
end

-- Another run of Redis may have forgotten permits: nothing goes until the last of them is history.
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
if redis.call('HGET', epoch, 'run') ~= run then
  redis.call('HSET', epoch, 'run', run, 'since', fixed(now))
end
local trusted = tonumber(redis.call('HGET', epoch, 'since')) + window + in_flight

local function asked(permits, turns, pause, permit, ticket, clients)
  local opens, why = now, 'limit'

  if trusted > opens then opens, why = trusted, 'restart' end

  local rest = redis.call('PTTL', pause)
  if rest > 0 and now + rest / 1000 > opens then opens, why = now + rest / 1000, 'pause' end

  redis.call('ZREMRANGEBYSCORE', permits, '-inf', '(' .. fixed(now - window))
  redis.call('ZREMRANGEBYSCORE', turns, '-inf', '(' .. fixed(now - KEPT))
  local taken = redis.call('ZCARD', permits)
  local turn = tonumber(redis.call('ZSCORE', turns, ticket))
  local due_from = '(' .. fixed(now - LATE)

  -- Owners' messages go first, and find places: those to clients wait while one of theirs does.
  if clients then
    local theirs = 0
    for _, each in ipairs(redis.call('ZRANGE', permits, 0, -1)) do
      if string.sub(each, 1, 7) == 'client:' then theirs = theirs + 1 end
    end
    local free = taken < limit and theirs < clients and redis.call('ZCOUNT', turns, due_from, '+inf') == 0
    if not redis.call('ZSCORE', permits, permit) then
      if opens > now or not free then
        local reason = why == 'pause' and redis.call('GET', pause) or ''
        return {0, fixed(math.max(opens - now, ASIDE)), why == 'limit' and 'clients' or why, reason}
      end
      redis.call('ZADD', permits, fixed(now + in_flight), permit)
      redis.call('PEXPIRE', permits, math.ceil((in_flight + window + 1) * 1000))
    end
    return {1, '0', '', ''}
  end

  local function granted()
    if redis.call('ZSCORE', permits, permit) then return true end
    if opens > now then return false end
    if turn then return turn <= now and taken < limit end
    return taken + redis.call('ZCOUNT', turns, due_from, fixed(now)) < limit
  end

  if granted() then
    redis.call('ZREM', turns, ticket)
    redis.call('ZADD', permits, fixed(now + in_flight), permit)
    redis.call('PEXPIRE', permits, math.ceil((in_flight + window + 1) * 1000))
    return {1, '0', '', ''}
  end

  -- Its turn came and went without a free place: the next one that nobody before it waits for.
  local function next_turn()
    local before = redis.call('ZCOUNT', turns, due_from, '(' .. fixed(turn))
    local scores = by_score('ZRANGE', permits, 0, -1, 'WITHSCORES')
    if #scores < limit then return opens end
    local place = #scores - limit + before
    return scores[place % #scores + 1] + window * (1 + math.floor(place / #scores)) + TICK
  end

  -- The end of the line: a window after the limit-th last of all that was permitted or promised.
  local function last_turn()
    local scores = by_score('ZRANGE', permits, 0, -1, 'WITHSCORES')
    local promised = by_score('ZREVRANGEBYSCORE', turns, '+inf', due_from, 'WITHSCORES', 'LIMIT', 0, limit)
    for _, at in ipairs(promised) do scores[#scores + 1] = math.max(at, now) end
    if #scores < limit then return opens end
    table.sort(scores)
    return scores[#scores - limit + 1] + window + TICK
  end

  if not turn or turn <= now or turn < opens then
    local found = (turn and opens <= now) and next_turn() or last_turn()
    turn = math.max(found, opens, now + TICK)
    redis.call('ZADD', turns, fixed(turn), ticket)
    local latest = by_score('ZREVRANGE', turns, 0, 0, 'WITHSCORES')[1]
    redis.call('PEXPIRE', turns, math.ceil((latest - now + KEPT) * 1000))
  end
  local reason = why == 'pause' and redis.call('GET', pause) or ''
  return {0, fixed(turn - now), why, reason}
end

local answers = {}
for n = 1, (#KEYS - 1) / 3 do
  local key, arg = 3 * n - 2, 3 * n + 1
  answers[n] = asked(KEYS[key + 1], KEYS[key + 2], KEYS[key + 3], ARGV[arg + 1], ARGV[arg + 2], tonumber(ARGV[arg + 3]))
end
return answers
