"""The pace of campaigns: how many messages to clients a day, and how far apart. Pure arithmetic.

The numbers protect the WhatsApp number that sends: no official ones exist, these are the product's, and all of them
are settings.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Warmth = Literal["warm", "cool", "cold"]
#: The most clients of a local day who never wrote: they gave a consent, and know nothing of the number yet.
COLD_A_DAY = 10
_LOWEST, _HIGHEST = 1, 7
#: A number used for less than this begins at the lowest level.
_NEW_FOR = dt.timedelta(days=15)
_SEASONED_LEVEL = 3
#: The part of a day's cap that has to be used for the next level.
_WELL_USED = 0.8


@dataclass(frozen=True, slots=True)
class Pace:
    """The settings of the pace. Gaps and rests are seconds (least, most); `rest_after` is how many messages later."""

    caps: tuple[int, ...] = (20, 40, 60, 80, 120, 160, 200)
    gap: tuple[float, float] = (20.0, 75.0)
    rest: tuple[float, float] = (240.0, 480.0)
    rest_after: int = 15

    def cap(self, level: int, wanted: tuple[int, ...] = ()) -> int:
        """The most messages of a local day at a level; an organisation's own table only lowers it."""
        place = min(max(level, _LOWEST), len(self.caps)) - 1
        return min(self.caps[place], *(wanted[place : place + 1] or self.caps[place : place + 1]))

    def cool_cap(self, level: int, wanted: tuple[int, ...] = ()) -> int:
        """How many of them may go to clients who have not written lately: half."""
        return self.cap(level, wanted) // 2

    def gap_after(self, recipient: UUID, sent_in_a_row: int) -> float:
        """Seconds between a recipient's message and the next one: a hash of its id, longer after a number of them."""
        part = (recipient.int % 10_007) / 10_007
        rests = sent_in_a_row > 0 and sent_in_a_row % self.rest_after == 0
        least, most = self.rest if rests else self.gap
        return least + part * (most - least)


def first_level(used_since: dt.datetime, now: dt.datetime) -> int:
    """The level at which a number begins: the lowest where it is new (both instants aware)."""
    return _LOWEST if now - used_since < _NEW_FOR else _SEASONED_LEVEL


def next_level(level: int, sent: int, cap: int, *, trouble: bool) -> int:
    """The level of the next day: one up after a day that used most of its cap without trouble, the lowest after one."""
    if trouble:
        return _LOWEST
    return min(level + 1, _HIGHEST) if sent >= math.ceil(cap * _WELL_USED) else level


@dataclass(frozen=True, slots=True)
class Window:
    """The local hours of a day in which clients may be written to; `opens` included, `closes` not."""

    opens: dt.time
    closes: dt.time

    def holds(self, local: dt.time) -> bool:
        """Whether a local time is within it."""
        return self.opens <= local < self.closes


@dataclass(frozen=True, slots=True)
class SendingHours:
    """The settings of the window: the widest local hours, and whether Sundays and national holidays count."""

    widest: Window = Window(dt.time(9), dt.time(20))
    sundays: bool = False
    holidays: bool = False


def window_of_day(
    day: dt.date, hours: tuple[tuple[dt.time, dt.time], ...], *, holiday: bool, same_day_offer: bool,
    sending: SendingHours = SendingHours(),
) -> Window | None:  # fmt: skip
    """The window of a local day; None where nobody may be written to.

    `hours` are the day's opening hours in order, `holiday` whether it is a national holiday. Birthdays and offers for
    the same day (`same_day_offer`) may go out whenever people are awake; others between the first opening and the last
    closing, and on Sundays and holidays only where `sending` says so.
    """
    if same_day_offer:
        return sending.widest
    if not hours or (day.weekday() == 6 and not sending.sundays) or (holiday and not sending.holidays):
        return None
    opens, closes = max(sending.widest.opens, hours[0][0]), min(sending.widest.closes, hours[-1][1])
    return Window(opens, closes) if opens < closes else None
