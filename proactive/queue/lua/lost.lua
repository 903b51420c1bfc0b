-- Which of these jobs are nowhere: neither waiting, scheduled, taken nor running.
-- KEYS: started registry, intermediate queue, queue, scheduled registry. ARGV: job ids.
local running, lost = {}, {}
for _, entry in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  running[string.match(entry, '^(.*):') or entry] = true
end
for _, id in ipairs(ARGV) do
  if not (running[id] or redis.call('ZSCORE', KEYS[4], id) or redis.call('LPOS', KEYS[3], id)
          or redis.call('LPOS', KEYS[2], id)) then
    lost[#lost + 1] = id
  end
end
return lost
