"""The report of a number's health: how much an instance may send to clients today, and why it pauses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from proactive.campaigns.number_health import connected, of_day
from proactive.campaigns.pace import Pace
from proactive.campaigns.pump_view import HealthView, NumberView
from proactive.model.zones import zone_info
from proactive.storage.answers import optional_row
from proactive.storage.supabase import Database

#: What pauses all campaigns of a number by itself, in the breaker's words.
TRIP_CAUSES = ("refused", "undelivered", "throttled", "gateway", "disconnected")


@dataclass(frozen=True, slots=True)
class BreakerTrip:
    """A time when the breaker tripped: its cause, and when (aware)."""

    cause: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class NumberReport:
    """The health of the number that an organisation's campaigns go out from, on its local day.

    Of `cap` messages a day at this `level` (1 to 7), `cool_cap` may go to clients who have not written lately; `sent`
    went out today, `sent_cool` of them to those. `paused_until` is None where the breaker lets it send, else
    `pause_cause` says why it does not (one of `TRIP_CAUSES`). `probing` is that it writes to one client first, to see
    whether it may go on. `used_since` is since when the number is in use. `trips` are those of 30 days, newest first.
    """

    instance: str
    connected: bool
    level: int
    cap: int
    cool_cap: int
    sent: int
    sent_cool: int
    paused_until: dt.datetime | None
    pause_cause: str | None
    probing: bool
    used_since: dt.datetime
    trips: tuple[BreakerTrip, ...]

    @property
    def left(self) -> int:
        """How many messages may still go out today, the pause apart."""
        return max(self.cap - self.sent, 0)


@dataclass(frozen=True, slots=True)
class NumberReports:
    """Reads the reports; `pace` has the caps of the installation."""

    database: Database
    pace: Pace

    def of(self, organization: UUID, now: dt.datetime) -> NumberReport | None:
        """The report of an organisation's number at `now` (aware); None where it has no instance.

        Raises:
            SupabaseError: it cannot be read.
        """
        arguments = {"p_organization": str(organization), "p_now": now.isoformat()}
        found = self.database.call("aurora_proactive_number_report", arguments, optional_row)
        return None if found is None else _report(found, self.pace, now)


def _report(row: Mapping[str, Any], pace: Pace, now: dt.datetime) -> NumberReport:
    number = NumberView.model_validate(row)
    health = HealthView.model_validate(row["health"]) if row["health"] else None
    since, today = _used_since(row, health, number, now), now.astimezone(zone_info(row["timezone"])).date()
    caps = tuple(row["daily_caps"] or ())
    before = pace.cap(health.level, caps) if health else 0
    # as its pump will find it when it begins the day
    current = of_day(health, today, before, since, now)
    paused = current.paused_until is not None and current.paused_until > now
    return NumberReport(
        row["instance"], connected(number), current.level, pace.cap(current.level, caps),
        pace.cool_cap(current.level, caps), current.sent, current.sent_cool,
        current.paused_until if paused else None, current.pause_cause if paused else None, current.probing, since,
        tuple(BreakerTrip(each["cause"], dt.datetime.fromisoformat(each["at"])) for each in row["trips"]),
    )  # fmt: skip


def _used_since(
    row: Mapping[str, Any], health: HealthView | None, number: NumberView, now: dt.datetime
) -> dt.datetime:  # fmt: skip
    """Since when the number is in use: declared, else since the product has it."""
    if row["declared"]:
        return dt.datetime.fromisoformat(f"{row['declared']}T00:00:00+00:00")
    begun = health.used_since if health and health.day is not None else None
    return begun or number.created_at or now
