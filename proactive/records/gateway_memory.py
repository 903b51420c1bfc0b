"""The memory of a gateway: whether it keeps what it accepted, without which "not found" says nothing.

Evolution API shows no message at all where DATABASE_SAVE_DATA_NEW_MESSAGE is not set, and no answer of it says so. What
it shows of messages that it surely accepted does.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from typing import Literal, cast

from redis import Redis

from proactive.errors import SupabaseError
from proactive.gateways.base import Gateway
from proactive.gateways.faults import GatewayError
from proactive.model.durations import GATEWAY_PROBED
from proactive.records.lately import LatelyQueries
from proactive.storage.redis import GATEWAY_MEMORY

logger = logging.getLogger(__name__)

#: Whether a gateway keeps messages: `unknown` where it has accepted none lately, or cannot be asked.
Keeps = Literal["yes", "no", "unknown"]
#: So many accepted messages are asked for before a gateway counts as one that keeps none.
_SAMPLE = 3


@dataclass(frozen=True, slots=True)
class Known:
    """What was learned of the gateway: its version (empty where it tells none), whether it keeps messages, and when."""

    version: str
    keeps: Keeps
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class GatewayMemory:
    """Learns whether the gateway keeps messages, by asking for some that it accepted; nothing is sent for it."""

    gateway: Gateway
    lately: LatelyQueries
    redis: Redis

    def keeps(self, instance: str) -> Keeps:
        """Whether the gateway keeps messages, asked just now: those of the instance, else of any."""
        try:
            accepted = self.lately.accepted_lately(instance, _SAMPLE) or self.lately.accepted_lately(None, _SAMPLE)
        except SupabaseError:
            return "unknown"
        for name, message_id in accepted:
            try:
                if self.gateway.shows(name, message_id):
                    return "yes"
            except GatewayError:
                return "unknown"
        return "no" if accepted else "unknown"

    def probe(self, now: dt.datetime) -> Known | None:
        """Learn version and memory where that is due (aware `now`), and say so where they are news.

        Due is it a day after the last time, where the version is another, and while the memory is unknown. None where
        the gateway cannot be asked. Raises redis.RedisError.
        """
        before = self.known()
        try:
            version = self.gateway.version()
        except GatewayError:
            return None
        fresh = before is not None and now - before.at < dt.timedelta(seconds=GATEWAY_PROBED)
        if before is not None and fresh and before.version == version and before.keeps != "unknown":
            return before
        known = Known(version, self._keeps_any(), now)
        items = ["version", known.version, "keeps", known.keeps, "at", known.at.isoformat()]
        self.redis.hset(GATEWAY_MEMORY, items=items)
        if before is None or (before.version, before.keeps) != (known.version, known.keeps):
            _tell(known)
        return known

    def known(self) -> Known | None:
        """What was learned last, by any process; None where nothing was. Raises redis.RedisError."""
        kept = {
            name.decode(): value.decode()
            for name, value in cast("dict[bytes, bytes]", self.redis.hgetall(GATEWAY_MEMORY)).items()
        }
        try:
            at = dt.datetime.fromisoformat(kept["at"])
            return Known(kept["version"], cast(Keeps, kept["keeps"]), at) if at.tzinfo else None
        except (KeyError, ValueError):
            return None

    def _keeps_any(self) -> Keeps:
        try:
            accepted = self.lately.accepted_lately(None, 1)
        except SupabaseError:
            return "unknown"
        return self.keeps(accepted[0][0]) if accepted else "unknown"


def _tell(known: Known) -> None:
    extra = {"action": "gateway_probed", "version": known.version, "keepsMessages": known.keeps}
    if known.keeps == "no":
        logger.error(
            "The gateway keeps no messages: set DATABASE_SAVE_DATA_NEW_MESSAGE=true, or unknown outcomes stay unknown",
            extra=extra,
        )
    else:
        logger.info("The gateway was probed", extra=extra)
