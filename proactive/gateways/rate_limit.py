"""The rate limiter: how fast an instance may send, over all workers, kept in Redis.

The promise: at most `limit` messages of an instance in any `window` seconds, **as the gateway sees
them**, however many workers there are and however unevenly the network carries their requests.

Why it holds. Call g the moment at which the gateway sees a permit's message. A permit granted at a is
used at once, so a <= g <= a + in_flight. Its score starts as a + in_flight and becomes the moment of the
gateway's answer when there is one: at all times score >= g. It is forgotten only when score < now -
window, and a new one is granted only while fewer than `limit` are remembered. Now take any limit + 1
messages, and of them the one granted last, at a. At most limit - 1 of the others were still remembered
then, so one was forgotten: its g <= score < a - window, while the last one's own g >= a. These two
are more than `window` apart, so no window holds all limit + 1 messages. A permit that is never confirmed (a killed
worker, an unknown outcome) only keeps its place longer. The clock is Redis's alone; it may be slewed, not
stepped.

Who must wait gets a turn: the moment at which a place is likely to be free for it, `limit` a window, so
that thousands of waiting messages come back one window's worth at a time and in order.

When Redis is another run than the one that gave the permits, some may be forgotten, so every instance
waits until all of them are history.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import uuid4

from redis import Redis, RedisError

from proactive.errors import RateLimiterUnavailable
from proactive.gateways.permits import Granted, Ticket, Wait
from proactive.model.wait_reasons import WaitReason
from proactive.storage.redis import PERMITS_EPOCH, instance_pause_key, load_script, permits_key, turns_key
from proactive.storage.redis_errors import describe

logger = logging.getLogger(__name__)
#: The script's words for a wait.
_WHY = {
    "limit": WaitReason.LIMIT, "pause": WaitReason.INSTANCE_RESTS, "restart": WaitReason.REDIS_RESTARTED,
    "clients": WaitReason.OWNERS_FIRST,
}  # fmt: skip


class RateLimiter:
    """The rate limiter of all instances. `window` and `in_flight` are seconds.

    `in_flight` is the longest time from a permit to the moment at which the gateway reads the request:
    the gateway's timeouts and a margin. Every worker must use the same three numbers.
    """

    def __init__(self, redis: Redis, *, limit: int, window: float, in_flight: float, clients: int = 6) -> None:
        """`clients` is how many of the `limit` may be messages to clients."""
        self._redis = redis
        self._clients = clients
        self._limit, self._window, self._in_flight = limit, window, in_flight
        self._remembered: tuple[bytes | str, bytes | str] | None = None
        self._acquire = load_script(redis, "gateways", "rate_limit")
        self._confirm = load_script(redis, "gateways", "confirm")
        self._pause = load_script(redis, "gateways", "pause")

    def acquire(self, instance: str, ticket: str) -> Granted | Wait:
        """Ask for a permit; `ticket` names the waiting message and must stay the same while it waits.

        A ticket that asks again after it was granted asks for one more permit: the first may have been
        used.

        Raises:
            RateLimiterUnavailable: Redis is away; nothing may be sent.
        """
        (answer,) = self.acquire_many([Ticket(instance, ticket)])
        return answer

    def acquire_many(self, asked: Sequence[Ticket]) -> list[Granted | Wait]:
        """Ask for a permit for each ticket, in one round trip; the answers are in the same order.

        Messages to clients get a permit only while no owner's message waits for the instance, and only so many of the
        window; they stand in no line.
        """
        if not asked:
            return []
        permits = [f"{'client:' if each.to_client else ''}{each.message}:{uuid4().hex}" for each in asked]
        keys: list[str] = [PERMITS_EPOCH]
        args: list[str | float] = [self._limit, self._window, self._in_flight, self._now()]
        for (instance, ticket, to_client), permit in zip(asked, permits, strict=True):
            keys += [permits_key(instance), turns_key(instance), instance_pause_key(instance)]
            args += [permit, ticket, self._clients if to_client else ""]
        with _redis_needed():
            answers = self._acquire(keys=keys, args=args)
        return [
            Granted(instance=instance, permit=permit)
            if granted
            else Wait(float(seconds), self._because(_text(why), _text(pause)), _WHY.get(_text(why), WaitReason.LIMIT))
            for (instance, _, _), permit, (granted, seconds, why, pause) in zip(asked, permits, answers, strict=True)
        ]

    def confirm(self, *answered: Granted, happened: bool) -> None:
        """Say that the gateway answered; `happened` is False where it surely never saw the request.

        Do not call it where the outcome is unknown. Never raises: without it the permit keeps its place
        for `in_flight` seconds longer, which is safe.
        """
        try:
            if answered:
                keys = [permits_key(granted.instance) for granted in answered]
                self._confirm(keys=keys, args=[int(happened), self._now(), *(each.permit for each in answered)])
        except RedisError:
            logger.warning("A permit could not be confirmed; its place stays taken a little longer")

    def pause(self, instance: str, seconds: float, reason: str) -> None:
        """Give no permits for `seconds`; of two pauses the longer one holds, with its reason.

        Raises:
            RateLimiterUnavailable: Redis is away; the instance is not paused.
        """
        with _redis_needed():
            self._pause([instance_pause_key(instance)], [max(1, round(seconds * 1000)), reason])

    def paused(self, instance: str) -> Wait | None:
        """The pause of an instance: its remaining seconds and its reason; None if there is none.

        Raises:
            RateLimiterUnavailable: Redis is away.
        """
        pipe = self._redis.pipeline()
        pipe.get(instance_pause_key(instance))
        pipe.pttl(instance_pause_key(instance))
        with _redis_needed():
            reason, rest = pipe.execute()
        return None if reason is None or rest <= 0 else Wait(rest / 1000, _text(reason), WaitReason.INSTANCE_RESTS)

    @property
    def memory(self) -> float:
        """Seconds after which a message counts no more, whatever became of it."""
        return self._window + self._in_flight

    def remembers_all(self) -> bool:
        """Whether this run of Redis remembers every permit that still counts; if not, everybody waits.

        Raises:
            RateLimiterUnavailable: Redis is away.
        """
        with _redis_needed():
            run, since = self._redis.hmget(PERMITS_EPOCH, "run", "since")
            server = self._redis.info("server")
            if run is None or since is None or _text(run) != server["run_id"]:
                return False
            # the same moment as ever: what counted no more when it was last asked counts no more now
            if (run, since) != self._remembered:
                remembers = float(since) + self.memory <= float(self._redis.time()[0])
                self._remembered = (run, since) if remembers else None
        return self._remembered is not None

    def mark_quiet(self) -> None:
        """Declare that nothing was sent in the last window, so that nobody waits for forgotten permits.

        Only for whoever knows: a new installation on a new Redis, and tests.

        Raises:
            RateLimiterUnavailable: Redis is away.
        """
        with _redis_needed():
            run = self._redis.info("server")["run_id"]
            self._redis.hset(PERMITS_EPOCH, mapping={"run": run, "since": "0"})

    def _because(self, why: str, pause: str) -> str:
        if why == "pause":
            return pause
        if why == "clients":
            return "owners' messages go first"
        if why == "restart":
            return "Redis restarted, permits may be forgotten: a whole window must pass"
        return f"{self._limit} messages in {self._window:g} s is the limit of an instance"

    def _now(self) -> str:
        """The moment that counts as now, in seconds; empty for Redis's clock (tests set their own)."""
        return ""


@contextmanager
def _redis_needed() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise RateLimiterUnavailable(f"The limiter cannot be asked: {describe(error)}.") from error


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
