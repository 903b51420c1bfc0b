"""Tells operators once a day which values of the product are none and therefore not there: the log says where."""

from __future__ import annotations

import datetime as dt
import json
import logging
from dataclasses import asdict, dataclass, replace
from typing import Any, cast
from uuid import UUID

from redis import Redis

from proactive.errors import SupabaseError
from proactive.facts.odd_values import OddValues
from proactive.monitoring.alerts import Notice
from proactive.storage.redis import ODD_VALUES_ROUND

logger = logging.getLogger(__name__)

#: Organisations a look, one look a minute: more than a quarter of a million a day.
_MOST = 200


@dataclass(frozen=True, slots=True)
class _Round:
    """A day's round: how far it came, whether it ended, and in how many organisations it found something."""

    day: str
    after: str | None = None
    ended: bool = False
    organizations: int = 0


class OddValuesRound:
    """Looks every organisation through once a day (UTC), some at a time; all processes share one round."""

    def __init__(self, odd_values: OddValues, redis: Redis) -> None:
        self._odd_values, self._redis, self._limit = odd_values, redis, _MOST

    def look(self, now: dt.datetime) -> Notice | None:
        """Look some organisations through at `now` (aware) and log what is found.

        Answers the day's notice where the round has ended and found something.

        Raises:
            redis.RedisError: Redis is away; the next look makes up for it.
        """
        at = self._round(now.astimezone(dt.UTC).date().isoformat())
        if at.ended:
            return None
        try:
            page = self._odd_values.page(UUID(at.after) if at.after else None, self._limit)
        except SupabaseError as error:
            self._limit = max(1, self._limit // 2)  # it may have been too much for one answer
            logger.warning(
                "The product's values cannot be read", extra={"action": "watch_failed", "reason": str(error)}
            )
            return None
        for odd in page.found:
            extra = {
                "organizationId": str(odd.organization),
                "action": "odd_value",
                "reason": f"{odd.value}: {odd.count}",
            }
            logger.warning("Values of the product are none and count as not there", extra=extra)
        found = at.organizations + len({odd.organization for odd in page.found})
        ended = page.last is None
        self._keep(replace(at, after=str(page.last) if page.last else at.after, ended=ended, organizations=found))
        return _notice(found, now) if ended and found else None

    def _round(self, day: str) -> _Round:
        raw = cast("bytes | None", self._redis.get(ODD_VALUES_ROUND))
        try:
            kept: dict[str, Any] = json.loads(raw) if raw else {}
            known = _Round(**kept)
        except (ValueError, TypeError):
            return _Round(day)
        # a round that takes longer than a day is brought to its end before the next one
        return known if known.day == day or not known.ended else _Round(day)

    def _keep(self, at: _Round) -> None:
        self._redis.set(ODD_VALUES_ROUND, json.dumps(asdict(at)))


def _notice(organizations: int, now: dt.datetime) -> Notice:
    what = "1 empresa tem" if organizations == 1 else f"{organizations} empresas têm"
    text = (
        f"🟡 Aurora - Dados: {what} valores que não valem (fuso horário, horário de funcionamento, preço, duração ou "
        "data). As mensagens saem sem eles; o log diz onde estão (odd_value)."
    )
    return Notice("odd_values", "raised", organizations, 0, now, text)
