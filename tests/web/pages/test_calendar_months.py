"""The months of the calendar: whole weeks, twelve of them, and alike days as one."""

from __future__ import annotations

import datetime as dt

import pytest

from proactive.calendar.business_calendar import DayOfCalendar, DaySource, DayState, ExceptionOfDay, HolidayOfDay
from proactive.web.pages.calendar_months import bounds, is_special, months_of

TODAY = dt.date(2026, 11, 26)


def day(date: dt.date, state: DayState = "open", source: DaySource = "hours", *, said: str = "", holiday: str = "",
        opens: bool = False) -> DayOfCalendar:  # fmt: skip
    holidays = [HolidayOfDay(slug=holiday, name=holiday, scope="national", kind="holiday", law=None, checked_on=None,
                             opens=opens)] if holiday else []  # fmt: skip
    exception = ExceptionOfDay(
        first_day=date, last_day=date, says="closed", hours=None, title=said,
        said_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    ) if said else None  # fmt: skip
    return DayOfCalendar(date=date, state=state, source=source, reason=None, hours=[], holidays=holidays, events=[],
                         exception=exception, bookings=0)  # fmt: skip


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        ("2026-11-26", "2026-11-01", "2027-10-31"),
        ("2026-01-01", "2026-01-01", "2026-12-31"),
        ("2026-12-31", "2026-12-01", "2027-11-30"),
        ("2027-03-15", "2027-03-01", "2028-02-29"),
    ],
)
def test_twelve_months_begin_with_the_present_one(today: str, first: str, last: str) -> None:
    assert bounds(dt.date.fromisoformat(today)) == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))


def test_a_month_has_every_day_from_this_week_on_under_its_weekday() -> None:
    first, last = bounds(TODAY)
    months = months_of([day(first + dt.timedelta(days=n)) for n in range((last - first).days + 1)], TODAY)
    assert [month.first.month for month in months] == [11, 12, *range(1, 11)]
    # Monday the 23rd begins the week of today
    shown = [each.date for month in months for week in month.weeks for each in week if each is not None]
    assert shown[0] == dt.date(2026, 11, 23) and shown == [
        shown[0] + dt.timedelta(days=n) for n in range((last - shown[0]).days + 1)
    ]
    for month in months:
        for week in month.weeks:
            assert len(week) == 7
            assert all(each is None or each.date.weekday() == place for place, each in enumerate(week))
        assert month.special == []


def test_alike_days_are_one_and_nothing_is_alike_across_a_gap_or_another_reason() -> None:
    days = [day(TODAY + dt.timedelta(days=n - 3)) for n in range(30)]
    for number, changed in {
        2: ("closed", "férias"), 3: ("closed", "férias"), 4: ("closed", "férias"), 6: ("closed", "férias"),
    }.items():  # fmt: skip
        days[number] = day(days[number].date, "closed", "exception", said=changed[1])
    days[7] = day(days[7].date, "closed", "exception", said="reforma")
    days[9] = day(days[9].date, "closed", "holiday", holiday="natal")
    days[10] = day(days[10].date, "closed", "holiday", holiday="outro")
    special = [each for month in months_of(days, TODAY) for each in month.special]
    offsets = [((each.first - TODAY).days, (each.last - TODAY).days) for each in special]
    # what is over is not listed, a month's end parts a stretch
    assert offsets == [(0, 1), (3, 3), (4, 4), (6, 6), (7, 7)]


def test_a_day_is_special_where_something_but_its_weekday_decides_or_was_decided_against() -> None:
    assert not is_special(day(TODAY)) and not is_special(day(TODAY, "closed"))
    assert is_special(day(TODAY, "closed", "feed")) and is_special(day(TODAY, "doubtful", "holiday", holiday="x"))
    assert is_special(day(TODAY, holiday="natal", opens=True))
    # a holiday on a day that is closed every week changes nothing
    assert not is_special(day(TODAY, "closed", holiday="natal"))
