-- Lifts the halt of a campaign, or puts its row's in its place, if it is still the one that is meant: a newer one is
-- somebody else's stop. KEYS[1]: the halt. ARGV: the mark, what comes instead (empty: nothing), seconds to keep that.
-- Answers 1 where nothing halts the campaign now.
local mark = redis.call('GET', KEYS[1])
if not mark then return 1 end
if mark ~= ARGV[1] then return 0 end
if ARGV[2] ~= '' then
  redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
  return 0
end
return redis.call('DEL', KEYS[1])
