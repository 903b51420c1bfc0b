-- What the breaker of an instance knows. KEYS: those of storage.redis.breaker_keys. ARGV: how many sends.
-- Answers {sends with moments, fates, moments at which it was heard, 1 if it tells receipts, what stops it or ''}.
return {
  redis.call('ZRANGE', KEYS[1], -tonumber(ARGV[1]), -1, 'WITHSCORES'),
  redis.call('ZRANGE', KEYS[2], 0, -1),
  redis.call('ZRANGE', KEYS[3], 0, -1, 'WITHSCORES'),
  redis.call('EXISTS', KEYS[4]),
  redis.call('GET', KEYS[6]) or '',
}
