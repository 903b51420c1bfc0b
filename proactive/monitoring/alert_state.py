"""The state of the alerts, kept in Redis for all processes: which are raised, and which notices wait."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, cast

from redis import Redis

from proactive.storage.redis import ALERTS_EVALUATED, ALERTS_RAISED, ALERTS_TURN, load_script, notices_key


class AlertState:
    """Raises redis.RedisError where Redis is away: then nothing was changed."""

    def __init__(self, redis: Redis, channels: Iterable[str]) -> None:
        """`channels` names those that are notified of every change."""
        self._redis = redis
        self._keys = [ALERTS_RAISED, *(notices_key(channel) for channel in channels)]
        self._change = load_script(redis, "monitoring", "change_alert")

    def take_turn(self, seconds: float) -> bool:
        """Whether this process may evaluate the alerts now; nobody else may for `seconds`."""
        return bool(self._redis.set(ALERTS_TURN, 1, nx=True, px=round(seconds * 1000)))

    def change(self, to: Literal["raise", "clear"], alert: str, notice: str) -> bool:
        """Raise or clear an alert, unless it is; True if that is news. `notice` (JSON) is what channels will send."""
        return bool(self._change(keys=self._keys, args=[to, alert, notice]))

    def evaluated(self, parts: Iterable[Literal["queue", "records"]]) -> None:
        """Note that the alerts about these parts were evaluated just now, by Redis' clock."""
        seconds, microseconds = self._redis.time()
        now = f"{seconds}.{microseconds:06}"
        self._redis.hset(ALERTS_EVALUATED, mapping=dict.fromkeys(parts, now))

    def tell(self, notice: str) -> None:
        """Have every channel send a notice (JSON) of which no state is kept."""
        for channel in self._keys[1:]:
            self._redis.rpush(channel, notice)
            self._redis.ltrim(channel, -100, -1)

    def raised(self) -> set[str]:
        """The names of the alerts that are raised."""
        return {name.decode() for name in cast("list[bytes]", self._redis.hkeys(ALERTS_RAISED))}

    def next_notice(self, channel: str) -> str | None:
        """The oldest notice that this channel has not sent; None if there is none."""
        raw = cast("bytes | None", self._redis.lindex(notices_key(channel), 0))
        return raw.decode() if raw is not None else None

    def mark_notified(self, channel: str, notice: str) -> None:
        """Forget a notice that the channel has sent, or never will."""
        self._redis.lrem(notices_key(channel), 1, notice)
