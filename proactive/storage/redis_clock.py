"""Redis' own clock: what several machines must agree on is counted by it."""

from __future__ import annotations

import time
from collections.abc import Callable

from redis import Redis

#: Seconds for which Redis' clock is counted on.
_CLOCK_TRUSTED = 20.0


class RedisClock:
    """Redis' own clock, asked for it every twenty seconds and counted on in between; `monotonic` counts in seconds.

    Machines' clocks may be wrong, and asking every time would be a command a second for nothing.
    """

    def __init__(self, redis: Redis, monotonic: Callable[[], float] | None = None) -> None:
        self._redis, self._monotonic = redis, monotonic or time.monotonic
        self._read, self._value = float("-inf"), 0.0

    def __call__(self) -> float:
        """Seconds since 1970. Raises redis.RedisError where it is due to be asked and Redis is away."""
        if self._monotonic() - self._read > _CLOCK_TRUSTED:
            seconds, microseconds = self._redis.time()
            self._read, self._value = self._monotonic(), seconds + microseconds / 1_000_000
        return self._value + self._monotonic() - self._read

    def forget(self) -> None:
        """Ask again next time: another Redis may answer now."""
        self._read = float("-inf")
