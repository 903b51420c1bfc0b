"""The twelve months of /calendario: their weeks, and the days of each that are not as every week."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from proactive.calendar.business_calendar import DayOfCalendar

MONTHS = 12


@dataclass(frozen=True, slots=True)
class SpecialDays:
    """Days one after the other that are what they are for the same reason; the first of them stands for all."""

    first: dt.date
    last: dt.date
    day: DayOfCalendar


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    """A month by its first day: its weeks from Monday that are not over (None: another month's day), and its special
    days from today on."""

    first: dt.date
    weeks: list[list[DayOfCalendar | None]]
    special: list[SpecialDays]


def bounds(today: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day of the months that the page shows."""
    months = today.year * MONTHS + today.month - 1 + MONTHS
    after = dt.date(months // MONTHS, months % MONTHS + 1, 1)
    return today.replace(day=1), after - dt.timedelta(days=1)


def months_of(days: Sequence[DayOfCalendar], today: dt.date) -> list[CalendarMonth]:
    """The months of whole months' days."""
    by_date = {day.date: day for day in days}
    firsts = sorted({day.date.replace(day=1) for day in days})
    return [_month(first, by_date, today) for first in firsts]


def is_special(day: DayOfCalendar) -> bool:
    """Whether a day is, or could be, something else than its weekday is every week."""
    return day.source in ("exception", "feed", "holiday") or bool(day.holidays and day.state != "closed")


def _month(first: dt.date, by_date: dict[dt.date, DayOfCalendar], today: dt.date) -> CalendarMonth:
    weeks = [
        [by_date.get(date) if date.month == first.month else None for date in week]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
        if week[-1] >= today
    ]
    ahead = (day for week in weeks for day in week if day is not None and day.date >= today and is_special(day))
    return CalendarMonth(first, weeks, list(_together(ahead)))


def _together(days: Iterable[DayOfCalendar]) -> Iterator[SpecialDays]:
    found: SpecialDays | None = None
    for day in days:
        if found is not None and day.date - found.last == dt.timedelta(days=1) and _reason(day) == _reason(found.day):
            found = SpecialDays(found.first, day.date, found.day)
            continue
        if found is not None:
            yield found
        found = SpecialDays(day.date, day.date, day)
    if found is not None:
        yield found


def _reason(day: DayOfCalendar) -> tuple[object, ...]:
    """What makes days one stretch: the same exception, or the same event; a holiday is a day of its own."""
    said = day.exception
    what = (said.says, said.title, said.hours) if said else None
    return day.state, day.source, what, tuple(day.events), None if said else tuple(h.slug for h in day.holidays)
