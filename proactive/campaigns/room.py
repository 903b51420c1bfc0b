"""The room of a campaign: what an instance may still send to clients, day by day, until it ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from proactive.campaigns.pace import COLD_A_DAY, Pace, Warmth, Window

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
class Used:
    """What an instance sent to clients on a local day: to all of them, to cool and cold ones, to cold ones alone."""

    sent: int = 0
    cool: int = 0
    cold: int = 0


@dataclass(frozen=True, slots=True)
class _Day:
    """A day that may be used: its first moment, and how many messages it holds, of them to cool and to cold clients."""

    at: dt.datetime
    left: int
    cool: int
    cold: int


@dataclass(frozen=True, slots=True)
class Room:
    """What an instance may still send to clients until a campaign ends: day by day, by warmth.

    `starts` is the first moment that is wanted (aware), `until` the last one. `used` was sent on the day of `starts`.
    """

    calendar: Calendar
    pace: Pace
    level: int
    starts: dt.datetime
    until: dt.datetime
    used: Used = Used()
    caps: tuple[int, ...] = ()

    def _days(self) -> list[_Day]:
        found: list[_Day] = []
        cap, half = self.pace.cap(self.level, self.caps), self.pace.cool_cap(self.level, self.caps)
        at, first = self.calendar.first_moment(self.starts), self.starts.astimezone(self.calendar.zone).date()
        while at is not None and at < self.until and len(found) < _DAYS_AHEAD:
            used = self.used if at.date() == first else Used()
            left = cap - used.sent
            cool = max(0, min(left, half - used.cool))
            if left > 0:
                found.append(_Day(at, left, cool, max(0, min(cool, COLD_A_DAY - used.cold))))
            tomorrow = dt.datetime.combine(at.date() + dt.timedelta(days=1), dt.time(0), self.calendar.zone)
            at = self.calendar.first_moment(tomorrow)
        return found

    def fitting(self, warmths: Sequence[Warmth]) -> list[int]:
        """The places of the clients of these warmths who can be written to in time: the best ranked stay."""
        days = self._days()
        room, cool, cold = (sum(getattr(day, part) for day in days) for part in ("left", "cool", "cold"))
        chosen = []
        for place, warmth in enumerate(warmths):
            if room <= 0:
                break
            if (warmth != "warm" and cool <= 0) or (warmth == "cold" and cold <= 0):
                continue
            room, cool, cold = room - 1, cool - (warmth != "warm"), cold - (warmth == "cold")
            chosen.append(place)
        return chosen

    def schedule(self, warmths: Sequence[Warmth]) -> CampaignSchedule | None:
        """When clients of these warmths are written to; None where there is nobody, or no moment for it."""
        days = self._days()
        if not warmths or not days:
            return None
        waiting = {warmth: warmths.count(warmth) for warmth in ("warm", "cool", "cold")}
        most, used_days = 0, 0
        for day in days:
            cold = min(waiting["cold"], day.cold)
            cool = min(waiting["cool"], day.cool - cold)
            warm = min(waiting["warm"], day.left - cool - cold)
            for warmth, number in (("warm", warm), ("cool", cool), ("cold", cold)):
                waiting[warmth] -= number
            most, used_days = max(most, warm + cool + cold), used_days + 1
            if not any(waiting.values()):
                break
        return CampaignSchedule(days[0].at, days[used_days - 1].at.date(), most)

    def schedule_of(self, number: int) -> CampaignSchedule | None:
        """When so many clients are written to, whoever they are."""
        return self.schedule(["warm"] * number)
