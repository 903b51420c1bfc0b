"""Rounds of sending again: which messages one click sent again, so that its page can follow them."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from redis import Redis

from proactive.jobs.resend import Resent
from proactive.storage.redis import resend_round_key
from proactive.web.auth.callers import Caller

#: Seconds for which a round can be looked at.
_KEPT = 12 * 3600


@dataclass(frozen=True, slots=True)
class ResendRound:
    """The messages that were sent again, those that were not, and how many were not even tried."""

    resent: list[UUID]
    refused: list[UUID]
    left: int


class ResendRounds:
    """One key a round, `aurora:pages:resent:{token}`, for half a day. Raises redis.RedisError where Redis is away."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def keep(self, caller: Caller, resent: Resent) -> str:
        """Keep a round; answers the token that its address has."""
        token = secrets.token_urlsafe(12)
        kept = {
            "organization": str(caller.organization) if caller.organization else None,
            "resent": [str(each) for each in resent.jobs], "refused": [str(each) for each in resent.refused],
            "left": len(resent.left),
        }  # fmt: skip
        self._redis.set(resend_round_key(token), json.dumps(kept), ex=_KEPT)
        return token

    def find(self, caller: Caller, token: str) -> ResendRound | None:
        """The round of a token; None where there is none (any more) that the caller may see."""
        found = self._redis.get(resend_round_key(token))
        if not found:
            return None
        kept: dict[str, Any] = json.loads(cast(bytes, found))
        if not caller.sees(kept["organization"]):
            return None
        return ResendRound(
            [UUID(each) for each in kept["resent"]], [UUID(each) for each in kept["refused"]], kept["left"]
        )
