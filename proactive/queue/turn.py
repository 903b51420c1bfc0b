"""Whose turn it is to do the maintenance: one process does it for all, and any other takes over when it is silent.

Schedulers come first: a worker, which would have to wake up every second for it, has the turn only while none runs.
Every chore may be done by any number of processes at once: two that believe it is their turn cost commands, no more.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal, cast
from uuid import uuid4

from redis import Redis

from proactive.model.durations import MAINTENANCE_KEEP, MAINTENANCE_TURN_KEPT
from proactive.storage.redis import MAINTENANCE_TURN

_WORKER = b"worker:"


class MaintenanceTurn:
    """The turn as one process sees it; every method raises redis.RedisError where Redis is away.

    `monotonic` counts in seconds.
    """

    def __init__(
        self, redis: Redis, kind: Literal["scheduler", "worker"], monotonic: Callable[[], float] | None = None
    ) -> None:
        self._redis, self._kind, self._monotonic = redis, kind, monotonic or time.monotonic
        self._me = f"{kind}:{uuid4().hex}".encode()
        self._said = float("-inf")

    @property
    def mine(self) -> bool:
        """Whether this process has the turn, as far as it knows."""
        return self._monotonic() - self._said < MAINTENANCE_TURN_KEPT - 1.0

    def take(self) -> bool:
        """Keep the turn, or take it if it is free; no command while it was lately kept, two at most."""
        if not self.mine:
            return self.look()[0]
        if self._monotonic() - self._said >= MAINTENANCE_KEEP:
            self._say()
        return True

    def look(self, *keys: str) -> tuple[bool, list[bool]]:
        """Like `take`, and which of the `keys` (strings) are there; one command, and one more to keep or take it."""
        holder, *found = cast("list[bytes | None]", self._redis.mget(MAINTENANCE_TURN, *keys))
        free = holder is None or (self._kind == "scheduler" and holder.startswith(_WORKER))
        if holder != self._me and not (free and self._say(only_if_nobody=holder is None)):
            self._said = float("-inf")
        elif self._monotonic() - self._said >= MAINTENANCE_KEEP:
            self._say()
        return self.mine, [each is not None for each in found]

    def give_up(self) -> None:
        """Let another process have the turn at once."""
        if self.mine:
            self._said = float("-inf")
            self._redis.delete(MAINTENANCE_TURN)

    def _say(self, *, only_if_nobody: bool = False) -> bool:
        now = self._monotonic()
        life = round(MAINTENANCE_TURN_KEPT * 1000)
        if not self._redis.set(MAINTENANCE_TURN, self._me, px=life, nx=only_if_nobody):
            return False
        self._said = now
        return True
