"""The leases in Redis: who may deliver an occurrence, even while Supabase is away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast
from uuid import UUID, uuid4

from redis import Redis

from proactive.gateways.message_ids import new_message_id
from proactive.gateways.send_memory import Harmless
from proactive.model.durations import CHECK_AGAIN, REMEMBERED
from proactive.records.entry import Status
from proactive.storage.own_client import OwnClients
from proactive.storage.redis import OUTBOX, lease_key, load_script

LeaseOutcome = Literal["claimed", "sent", "failed", "skipped", "closed", "busy", "unknown"]
#: Whether delivering began, or another attempt has the lease, or somebody stopped the campaign meanwhile, or the last
#: sends of the instance have to be judged first (`Breakers.check`).
Begun = Literal["begun", "taken_over", "halted", "to_be_judged"]
_BEGUN: dict[int, Begun] = {1: "begun", 0: "taken_over", -1: "halted", -2: "to_be_judged"}


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease on an occurrence, or why there is none.

    `claimed`: it is reserved, `Leases.begin` and deliver it. `sent`, `failed`: its outcome is known. `busy`: another
    attempt has it, come back in `seconds`. `unknown`: an earlier attempt began to deliver it and never said how that
    ended; it is ours now, for the `checks`-th time, and the gateway must be asked first. A client's may also be
    `skipped` (nothing is ever sent to it) or `closed` (not now). `maybe_accepted` is True where
    an earlier attempt got a failure that does not rule out that the gateway accepted the message. `fencing_token`
    names the lease; `void_tokens` are those of earlier ones under which nothing was delivered. `message_id` is the id
    that the message has when it is handed over under this lease; under `earlier_ids` it may be at the gateway already.
    """

    outcome: LeaseOutcome
    seconds: float = 0.0
    maybe_accepted: bool = False
    checks: int = 0
    fencing_token: str = ""
    void_tokens: tuple[str, ...] = ()
    message_id: str = ""
    earlier_ids: tuple[str, ...] = ()

    @property
    def handed_over(self) -> tuple[str, ...]:
        """Every id under which the message may be at the gateway, this lease's own last."""
        mine = (self.message_id,) if self.outcome == "claimed" and self.message_id else ()
        return tuple(dict.fromkeys((*self.earlier_ids, *mine)))


class Leases:
    """Keeps one hash an occurrence, `aurora:handover:{id}`, for three days.

    Raises redis.RedisError where Redis is away: then nothing may be delivered.
    """

    def __init__(self, redis: Redis, lease: float) -> None:
        """`lease` is how many seconds a lease is left alone: longer than any delivery takes."""
        self._redis = redis
        self._lease = lease
        self._own = OwnClients(redis)
        self._acquire, self._begin, self._void, self._release, self._mark_settled, self._forget = (
            load_script(redis, "records", name)
            for name in ("acquire", "begin", "void", "release", "mark_settled", "forget")
        )

    def acquire(self, asked: Iterable[tuple[UUID, str, int]]) -> list[Lease]:
        """Take a lease on each; the answers in the same order, in one round trip.

        Asked are the record's id, the name of the attempt, and how often the row that it read had been opened again: a
        failure from before that says nothing to it.
        """
        named = [(message_id, f"{by}:{uuid4().hex}", new_message_id(), reopened) for message_id, by, reopened in asked]
        if not named:
            return []
        keys = [lease_key(message_id) for message_id, *_ in named]
        args: list[str | float] = [self._lease, CHECK_AGAIN, REMEMBERED]
        for _, token, sent_as, reopened in named:
            args += [token, sent_as, reopened]
        answers = self._acquire(keys=keys, args=args)
        return [_lease(answer, token, sent_as) for answer, (_, token, sent_as, _) in zip(answers, named, strict=True)]

    def begin(self, message_id: UUID, token: str, halts: Sequence[str] = (), harmless: Harmless | None = None) -> Begun:
        """Say that delivering begins; its time begins anew. Where one of the keys `halts` is there, it does not begin,
        nor (a client's, of two keys) under a lease of an earlier run of Redis, which may have forgotten such a key; nor
        where the last sends of its instance are not `harmless` (None: that was asked).
        """
        keys, args = [lease_key(message_id), *(harmless.keys if harmless else []), *halts], [token, ""]
        args += [str(harmless.sends), str(harmless.few)] if harmless else []
        return _BEGUN[int(self._begin(keys=keys, args=args, client=self._own.mine()))]

    def begun_before(self, message_id: UUID, token: str, earlier_ids: tuple[str, ...]) -> None:
        """Tell Redis of an unknown outcome that it has forgotten and the row knows; it is reconciled under this lease.

        `earlier_ids` are those that the message may have at the gateway.
        """
        self._begin(keys=[lease_key(message_id)], args=[token, " ".join(earlier_ids)], client=self._own.mine())

    def void(self, reserved: Iterable[tuple[UUID, str]]) -> None:
        """Void leases (record's id, fencing token) under which nothing was delivered: free at once for others."""
        with self._redis.pipeline(transaction=False) as pipe:
            for message_id, token in reserved:
                self._void(keys=[lease_key(message_id)], args=[token], client=pipe)
            pipe.execute()

    def release(self, message_id: UUID, token: str, *, maybe_accepted: bool) -> None:
        """Give the lease back: nothing was delivered, or (`maybe_accepted`) the gateway answered with a failure."""
        self._release(keys=[lease_key(message_id)], args=[token, int(maybe_accepted)])

    def mark_settled(self, message_id: UUID, status: Status, token: str) -> None:
        """Remember the outcome that a row has, unless the lease is another's by now."""
        self._mark_settled(keys=[lease_key(message_id)], args=[status, REMEMBERED, token])

    def forget(self, message_id: UUID, reopened: int) -> None:
        """Forget the lease and the outcome of an occurrence: somebody deliberately sends it once more.

        `reopened` is how often its row has been opened again by now; a lease that was taken since stays, and so does
        that it was sent, while its row is on its way.
        """
        self._forget(keys=[lease_key(message_id), OUTBOX], args=[str(message_id), reopened])


def _lease(answer: list[Any], token: str, message_id: str) -> Lease:
    outcome, seconds, maybe_accepted, checks, over, earlier = (
        part.decode() if isinstance(part, bytes) else part for part in answer
    )
    return Lease(
        outcome=cast(LeaseOutcome, outcome),
        seconds=float(seconds),
        maybe_accepted=maybe_accepted == "1",
        checks=int(checks),
        fencing_token=token,
        void_tokens=tuple(over.split()),
        message_id=message_id,
        earlier_ids=tuple(earlier.split()),
    )
