"""What is remembered of the last sends of each instance, for its breaker: in Redis, by all processes together.

Redis losing it forgets a few signs; what stops an instance is in Supabase as well (`records.breakers`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Literal, NamedTuple, cast
from uuid import uuid4

from redis import Redis

from proactive.gateways.breaker import Fate, Hearing, Send, Stop
from proactive.storage.redis import breaker_keys, load_script

#: Receipts by what they prove of a send: WhatsApp's server has it, the phone has it, it was refused.
Sign = Literal["server", "phone", "refused"]
#: How many sends of an instance are kept, how many signs and moments, and for how long (seconds).
_SENDS, _SIGNS, _KEPT = 30, 200, 7 * 24 * 3600
#: Moments at which an instance was heard are kept as one for so many seconds.
_STEP = 5
_THROTTLED = "throttled-"


@dataclass(frozen=True, slots=True)
class Remembered:
    """The last sends of an instance, what was heard of it, and what stops it now (None: nothing)."""

    sends: tuple[Send, ...]
    hearing: Hearing
    stop: Stop | None


@dataclass(frozen=True, slots=True)
class Told:
    """What an instance told of messages (by the gateway's ids); `at_once`: some of it had just happened."""

    instance: str
    signs: Mapping[str, Iterable[Sign]]
    at_once: bool


@dataclass(frozen=True, slots=True)
class Harmless:
    """Last sends of an instance that no rule makes anything of: nothing stops it, and of its last `sends` fewer than
    `few` were refused, throttled or (where it tells receipts) not acknowledged.

    `records/lua/begin.lua` looks whether that holds, in the keys of `storage.redis.breaker_keys`; otherwise somebody
    has to judge.
    """

    instance: str
    sends: int
    few: int

    @property
    def keys(self) -> list[str]:
        """The keys of the sends, their fates, whether the instance tells receipts, and what stops it."""
        sends, fates, _, tells, _, stop = breaker_keys(self.instance)
        return [sends, fates, tells, stop]


class SendNote(NamedTuple):
    """A note that the gateway accepted a message, as scripts take it: its key in Redis, and their arguments."""

    key: str
    args: tuple[str, float, int, int]


class SendMemory:
    """Every method raises redis.RedisError where Redis is away. Moments are Unix seconds."""

    def __init__(self, redis: Redis, window: int) -> None:
        """`window` is how many sends are recalled."""
        self._redis, self._window = redis, min(window, _SENDS)
        self._recall = load_script(redis, "gateways", "recall")
        self._note = load_script(redis, "gateways", "note_send")

    def harmless(self, instance: str, few: int) -> Harmless:
        """What holds of an instance of whose recalled sends fewer than `few` are in trouble."""
        return Harmless(instance, self._window, few)

    def accepted(self, instance: str, gateway_message_id: str, now: float) -> None:
        """Note that the gateway accepted a message."""
        note = send_note(instance, gateway_message_id, now)
        self._note(keys=[note.key], args=note.args)

    def throttled(self, instance: str, now: float) -> None:
        """Note that WhatsApp throttled a send."""
        self.accepted(instance, f"{_THROTTLED}{uuid4().hex}", now)

    def heard(self, told: Iterable[Told], now: float) -> None:
        """Note what instances told, in one round trip for any number of them."""
        with self._redis.pipeline(transaction=False) as pipe:
            for each in told:
                _, fates, heard, tells, _, _ = breaker_keys(each.instance)
                noted = {f"{sign} {name}": now for name, found in each.signs.items() for sign in found}
                if noted:
                    pipe.zadd(fates, noted)
                    pipe.zremrangebyrank(fates, 0, -_SIGNS - 1)
                    pipe.expire(fates, _KEPT)
                    pipe.set(tells, 1, ex=_KEPT)
                if each.at_once:
                    pipe.zadd(heard, {str(int(now // _STEP)): now})
                    pipe.zremrangebyrank(heard, 0, -_SIGNS - 1)
                    pipe.expire(heard, _KEPT)
            pipe.execute()

    def connection_changed(self, instance: str, at: float) -> bool:
        """Note that an instance's connection changed at a moment; False if it changed later already."""
        key = breaker_keys(instance)[4]
        last = cast("bytes | None", self._redis.get(key))
        if last is not None and float(last) > at:
            return False
        self._redis.set(key, at, ex=_KEPT)
        return True

    def recall(self, instance: str) -> Remembered:
        """What is known of an instance, in one round trip."""
        sends, fates, heard, tells, stop = self._recall(keys=breaker_keys(instance), args=[self._window])
        signs = {_text(fate) for fate in fates}
        found = tuple(
            Send(float(at), _fate(_text(name), signs)) for name, at in zip(sends[::2], sends[1::2], strict=True)
        )
        hearing = Hearing(bool(tells), tuple(float(at) for at in heard[1::2]))
        return Remembered(found, hearing, Stop(**json.loads(stop)) if stop else None)

    def stop(self, instance: str, stop: Stop, now: float) -> None:
        """Note what stops an instance; its last sends are forgotten, so that they stop it once."""
        keys = breaker_keys(instance)
        with self._redis.pipeline() as pipe:
            if stop.new_until > now:
                pipe.set(keys[5], json.dumps(asdict(stop)), px=max(1, round(1000 * (stop.new_until - now))))
            pipe.delete(*keys[:2])
            pipe.execute()

    def release(self, instance: str) -> None:
        """Forget what stops an instance, and its last sends."""
        keys = breaker_keys(instance)
        self._redis.delete(keys[0], keys[1], keys[5])


def send_note(instance: str, gateway_message_id: str, now: float) -> SendNote:
    """The note that the gateway accepted a message of an instance at a moment (Unix seconds)."""
    return SendNote(breaker_keys(instance)[0], (gateway_message_id, now, _SENDS, _KEPT))


def _fate(name: str, signs: set[str]) -> Fate:
    if name.startswith(_THROTTLED):
        return "throttled"
    if f"phone {name}" in signs:
        return "acknowledged"
    if f"refused {name}" in signs:
        return "refused"
    return "acknowledged" if f"server {name}" in signs else "unknown"


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
