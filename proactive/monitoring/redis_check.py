"""Whether Redis answers, each time, and whether it is fit for the worker, once a minute."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from redis import Redis, RedisError

from proactive.monitoring.condition import Condition
from proactive.storage.redis_errors import describe, is_away
from proactive.storage.redis_fitness import RedisFitness, examine

#: For so many seconds what a Redis is like is not asked again.
_FIT_FOR = 60.0


@dataclass
class RedisCheck:
    """Asks one Redis."""

    redis: Redis
    _examined: float = float("-inf")
    _found: RedisFitness = field(default_factory=RedisFitness)

    def __call__(self) -> list[Condition]:
        """What is so of it; never raises because it is away."""
        try:
            self.redis.ping()
            if time.monotonic() - self._examined > _FIT_FOR:
                self._found, self._examined = examine(self.redis), time.monotonic()
        except RedisError as error:
            why = type(error).__name__ if is_away(error) else describe(error)
            return [Condition("redis", "redis_away", {"why": why})]
        if self._found.faults:
            return [Condition("redis", "redis_unfit", {"why": "; ".join(self._found.faults)})]
        dangers = "; ".join(self._found.dangers)
        return [Condition("redis", "redis_dangerous", {"why": dangers})] if dangers else []
