"""The room of a campaign: what an instance may still send to clients, day by day, until it ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from proactive.campaigns.pace import Pace, Warmth, Window

#: A start is moved into the window of a day at most so many days ahead.
_DAYS_AHEAD = 60


@dataclass(frozen=True, slots=True)
class CampaignSchedule:
    """When a campaign goes out: its first moment (aware), its last local day, and about how many a day."""

    starts_at: dt.datetime
    last_day: dt.date
    a_day: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """The windows of an organisation's days, by local date; a day without one is not written on."""

    zone: ZoneInfo
    windows: Mapping[dt.date, Window] = field(default_factory=dict)

    def first_moment(self, wanted: dt.datetime) -> dt.datetime | None:
        """The first moment from an aware instant on at which clients may be written to; None where there is none."""
        local = wanted.astimezone(self.zone)
        for ahead in range(_DAYS_AHEAD):
            day = local.date() + dt.timedelta(days=ahead)
            window = self.windows.get(day)
            if window is None:
                continue
            opens = dt.datetime.combine(day, window.opens, self.zone)
            at = max(local, opens)
            if at.date() == day and window.holds(at.time()):
                return at
        return None


@dataclass(frozen=True, slots=True)
class Room:
    """What an instance may still send to clients until a campaign ends: day by day, by warmth.

    `starts` is the first moment that is wanted (aware), `until` the last one. `used` are today's messages so far.
    """

    calendar: Calendar
    pace: Pace
    level: int
    starts: dt.datetime
    until: dt.datetime
    used: int = 0
    caps: tuple[int, ...] = ()

    def _days(self) -> list[tuple[dt.datetime, int]]:
        """The days that may be used: the first moment of each and how many messages it holds."""
        found: list[tuple[dt.datetime, int]] = []
        at, cap = self.calendar.first_moment(self.starts), self.pace.cap(self.level, self.caps)
        today = self.starts.astimezone(self.calendar.zone).date()
        while at is not None and at < self.until and len(found) < _DAYS_AHEAD:
            left = cap - self.used if at.date() == today else cap
            if left > 0:
                found.append((at, left))
            tomorrow = dt.datetime.combine(at.date() + dt.timedelta(days=1), dt.time(0), self.calendar.zone)
            at = self.calendar.first_moment(tomorrow)
        return found

    def fitting(self, warmths: Sequence[Warmth]) -> list[int]:
        """The places of the clients of these warmths who can be written to in time: the best ranked stay."""
        days, half = self._days(), self.pace.cool_cap(self.level, self.caps)
        room, cool = sum(left for _, left in days), sum(min(half, left) for _, left in days)
        chosen = []
        for place, warmth in enumerate(warmths):
            if room <= 0:
                break
            if warmth != "warm":
                if cool <= 0:
                    continue
                cool -= 1
            room -= 1
            chosen.append(place)
        return chosen

    def schedule(self, warmths: Sequence[Warmth]) -> CampaignSchedule | None:
        """When clients of these warmths are written to; None where there is nobody, or no moment for it."""
        days = self._days()
        if not warmths or not days:
            return None
        cool = sum(warmth != "warm" for warmth in warmths)
        warm, half, cap, used_days = len(warmths) - cool, self.pace.cool_cap(self.level, self.caps), 0, 0
        for _, left in days:
            of_cool = min(cool, half, left)
            of_warm = min(warm, left - of_cool)
            cool, warm, cap, used_days = cool - of_cool, warm - of_warm, max(cap, of_cool + of_warm), used_days + 1
            if cool + warm == 0:
                break
        return CampaignSchedule(days[0][0], days[used_days - 1][0].date(), cap)

    def schedule_of(self, number: int) -> CampaignSchedule | None:
        """When so many clients are written to, whoever they are."""
        return self.schedule(["warm"] * number)
