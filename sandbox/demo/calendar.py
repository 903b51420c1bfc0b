"""When a demo business's bookings take place."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

from sandbox.demo.business import Business

_DAY = dt.timedelta(days=1)


class Calendar:
    """The days around the local date `today`, and which of their hours are taken."""

    def __init__(self, business: Business, today: dt.date) -> None:
        self._business = business
        self._today = today
        self._taken: Counter[dt.date] = Counter()

    def open_day(self, offset: int) -> dt.date:
        """The day itself, or the nearest open one further from today."""
        day = self._today + offset * _DAY
        while not self._business.openings(day):
            day += _DAY if offset >= 0 else -_DAY
        return day

    def next_hour(self, day: dt.date) -> dt.time:
        """When the next booking of that day starts: they are spread over it, and share hours when it is full."""
        spans = self._business.openings(day)
        hours = [dt.time(hour) for opens, closes in spans for hour in range(opens.hour, closes.hour)]
        spread = hours[1::2] + hours[::2]
        self._taken[day] += 1
        return spread[(self._taken[day] - 1) % len(spread)]

    def at(self, day: dt.date, time: dt.time) -> dt.datetime:
        """That local time as an instant."""
        return dt.datetime.combine(day, time, ZoneInfo(self._business.timezone))
