-- Keeps a row for later; what is kept of an occurrence is replaced by what is known better: pending, failed, pending
-- after it was opened again, and so on, sent. KEYS: the outbox. ARGV: the record's id, its row as JSON.
local outcome = {pending = 0, failed = 1}
local function known(json)
  local read, row = pcall(cjson.decode, json)
  if not read or type(row) ~= 'table' then return -1 end -- what cannot be read is worth less than anything
  if row['status'] == 'sent' then return math.huge end
  local reopened = type(row['metadata']) == 'table' and tonumber(row['metadata']['reopened']) or 0
  return outcome[row['status']] and 2 * reopened + outcome[row['status']] or -1
end
local kept = redis.call('HGET', KEYS[1], ARGV[1])
if kept and known(kept) > known(ARGV[2]) then return 0 end
return redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
