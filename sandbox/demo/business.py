"""What a demo business is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from sandbox.demo.clients import Habit

Hours = dict[str, list[list[str]]]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_UNCONFIGURED: Hours = {day: [["08:00", "18:00"]] for day in WEEKDAYS[:6]}


@dataclass(frozen=True, slots=True)
class Service:
    """What is sold: price in reais, length in minutes."""

    name: str
    price: Decimal
    minutes: int


@dataclass(frozen=True, slots=True)
class Business:
    """A demo organisation. `hours` as the product keeps them (None: not configured); `area` is its area code.

    `walk_ins` are the days (from today) of bookings that belong to no client.
    """

    key: str
    name: str
    timezone: str
    area: str
    owner: str
    hours: Hours | None
    services: tuple[Service, ...]
    habits: tuple[Habit, ...]
    walk_ins: tuple[int, ...] = ()

    @property
    def instance(self) -> str:
        """The gateway's name for its WhatsApp number."""
        return f"aurora-demo-{self.key}"

    def today(self, now: dt.datetime) -> dt.date:
        """Its local date at `now`."""
        return now.astimezone(ZoneInfo(self.timezone)).date()

    def openings(self, day: dt.date) -> list[tuple[dt.time, dt.time]]:
        """When it is open that day; empty where it is closed."""
        hours = _UNCONFIGURED if self.hours is None else self.hours
        spans = hours.get(WEEKDAYS[day.weekday()], [])
        return [(dt.time.fromisoformat(opens), dt.time.fromisoformat(closes)) for opens, closes in spans]
