"""Who may hand an occurrence over, kept in Redis: the claim that also holds while Supabase is away."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast
from uuid import UUID, uuid4

from redis import Redis
from redis.client import Pipeline

from proactive.measures import fields
from proactive.records.entry import Status

_KEEP_SECONDS = 3 * 24 * 3600
#: Seconds before a message that may have been accepted is looked for (again): gateways may show it late.
LOOK_AGAIN = 10.0

Outcome = Literal["claimed", "sent", "failed", "busy", "unknown"]


@dataclass(frozen=True, slots=True)
class Claim:
    """The answer to a claim.

    `claimed`: hand it over. `sent`, `failed`: it was settled before. `busy`: another attempt is at it, come
    back in `seconds`. `unknown`: an earlier attempt held it and never said how it ended; it is ours now, for
    the `looks`-th time, and the gateway must be asked first. `doubt` is True where an earlier attempt got a
    failure that does not rule out that the message was accepted. `token` names the claim.
    """

    outcome: Outcome
    seconds: float = 0.0
    doubt: bool = False
    looks: int = 0
    token: str = ""


class HandoverClaims:
    """One hash an occurrence, `aurora:handover:{id}`; survives what Redis survives, for three days.

    Raises redis.RedisError where Redis is away: then nothing may be handed over.
    """

    def __init__(self, redis: Redis, lease: float) -> None:
        """`lease` is how many seconds a claim is left alone: longer than any hand-over takes."""
        self._redis = redis
        self._lease = lease
        self._take, self._release, self._renew, self._settle = (
            redis.register_script((Path(__file__).parent / f"{name}.lua").read_text())
            for name in ("claims", "release", "renew", "settled")
        )

    def take(self, message_id: UUID, by: str) -> Claim:
        """Claim for the attempt named `by`."""
        token = f"{by}:{uuid4().hex}"
        answer = self._take(keys=[_key(message_id)], args=[token, self._lease, LOOK_AGAIN, _KEEP_SECONDS])
        outcome, seconds, doubt, looks = (part.decode() if isinstance(part, bytes) else part for part in answer)
        return Claim(cast(Outcome, outcome), float(seconds), doubt == "1", int(looks), token)

    def release(self, message_id: UUID, *, doubt: bool) -> None:
        """Give the claim back: nothing was handed over, or (`doubt`) the gateway answered with a failure."""
        self._release(keys=[_key(message_id)], args=[int(doubt)])

    def renew(self, message_id: UUID, token: str) -> bool:
        """Begin the lease again; False if somebody else has taken the claim over."""
        return bool(self._renew(keys=[_key(message_id)], args=[token]))

    def settle(self, message_id: UUID, status: Status, pipe: Pipeline | None = None, kind: str | None = None) -> None:
        """Remember the outcome, for as long as the row may still be on its way to Supabase.

        With the message type as `kind` it is also counted, once.
        """
        counted = fields.messages(kind, status) if kind else ""
        self._settle(keys=[_key(message_id), fields.KEY], args=[status, _KEEP_SECONDS, counted], client=pipe)

    def forget(self, message_id: UUID) -> None:
        """Make the occurrence new again: somebody deliberately sends it once more."""
        self._redis.delete(_key(message_id))


def _key(message_id: UUID) -> str:
    return f"aurora:handover:{message_id}"
