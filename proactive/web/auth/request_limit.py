"""The limit of requests a minute of a caller: a moving window in Redis, shared by every process."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis import Redis

from proactive.storage.redis import REQUEST_RATE_PREFIX
from proactive.web.problems import Problem


class RequestLimit:
    """At most `per_minute` requests of a caller in any 60 seconds. Raises redis.RedisError where Redis is away."""

    def __init__(self, redis: Redis, per_minute: int) -> None:
        self._item = RateLimitItemPerMinute(per_minute)
        storage = RedisStorage("redis://", connection_pool=redis.connection_pool, key_prefix=REQUEST_RATE_PREFIX)
        self._limiter = MovingWindowRateLimiter(storage)

    def count(self, caller: str) -> None:
        """Count a request of a caller.

        Raises:
            Problem: 429, with the seconds to wait in Retry-After.
        """
        if self._limiter.hit(self._item, caller):
            return
        seconds = max(1, math.ceil(self._limiter.get_window_stats(self._item, caller).reset_time - time.time()))
        detail = f"More than {self._item.amount} requests within a minute: wait {seconds} seconds (Retry-After)."
        raise Problem(429, detail, headers={"Retry-After": str(seconds)})
