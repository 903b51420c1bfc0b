"""The pace of campaigns: when clients may be written to, how many a day, how far apart."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest

from proactive.campaigns.pace import Pace, SendingHours, Window, first_level, next_level, window_of_day

TUESDAY, SUNDAY, HOLIDAY = dt.date(2026, 11, 24), dt.date(2026, 11, 29), dt.date(2026, 12, 25)


def at(hour: int, minute: int = 0) -> dt.time:
    return dt.time(hour, minute)


@pytest.mark.parametrize(
    ("opened", "opens", "closes"),
    [
        ([(8, 18)], 9, 18), ([(10, 22)], 10, 20), ([(10, 17)], 10, 17), ([(8, 12), (14, 18)], 9, 18),
        ([(6, 8)], None, None), ([(20, 23)], None, None), ([(19, 23)], 19, 20), ([(0, 23)], 9, 20), ([], None, None),
        ([(8, 9)], None, None), ([(8, 10)], 9, 10),
    ],
)  # fmt: skip
def test_the_window_is_the_opening_hours_of_the_day_within_the_widest(
    opened: list[tuple[int, int]], opens: int | None, closes: int | None
) -> None:
    hours = tuple((at(one), at(other)) for one, other in opened)
    expected = None if opens is None or closes is None else Window(at(opens), at(closes))
    assert window_of_day(TUESDAY, hours, holiday=False, same_day_offer=False) == expected


@pytest.mark.parametrize("sundays", [True, False])
@pytest.mark.parametrize("holidays", [True, False])
@pytest.mark.parametrize("day", [TUESDAY, SUNDAY, HOLIDAY])
def test_sundays_and_holidays_count_where_the_settings_say_so(day: dt.date, sundays: bool, holidays: bool) -> None:
    sending = SendingHours(sundays=sundays, holidays=holidays)
    found = window_of_day(day, ((at(8), at(18)),), holiday=day == HOLIDAY, same_day_offer=False, sending=sending)
    assert (found is not None) is (day == TUESDAY or (day == SUNDAY and sundays) or (day == HOLIDAY and holidays))


def test_a_sunday_that_is_a_holiday_needs_both() -> None:
    for sundays, holidays in ((True, False), (False, True), (True, True)):
        sending = SendingHours(sundays=sundays, holidays=holidays)
        found = window_of_day(SUNDAY, ((at(8), at(18)),), holiday=True, same_day_offer=False, sending=sending)
        assert (found is not None) is (sundays and holidays)


@pytest.mark.parametrize("day", [TUESDAY, SUNDAY, HOLIDAY])
@pytest.mark.parametrize("hours", [(), ((at(10), at(12)),)])
def test_an_offer_of_the_day_goes_out_open_or_not(day: dt.date, hours: tuple[tuple[dt.time, dt.time], ...]) -> None:
    assert window_of_day(day, hours, holiday=day == HOLIDAY, same_day_offer=True) == Window(at(9), at(20))
    early = SendingHours(Window(at(8), at(19, 30)))
    assert window_of_day(day, hours, holiday=day == HOLIDAY, same_day_offer=True, sending=early) == Window(
        at(8), at(19, 30)
    )


def test_a_window_ends_before_it_closes() -> None:
    window = Window(at(9), at(20))
    assert [window.holds(time) for time in (at(8, 59), at(9), at(19, 59), at(20))] == [False, True, True, False]


@pytest.mark.parametrize(("level", "cap"), [(0, 20), (1, 20), (2, 40), (3, 60), (4, 80), (5, 120), (6, 160), (7, 200),
                                            (8, 200)])  # fmt: skip
def test_the_caps_are_those_of_the_level(level: int, cap: int) -> None:
    assert (Pace().cap(level), Pace().cool_cap(level)) == (cap, cap // 2)


@pytest.mark.parametrize("number", range(40))
def test_the_gap_is_a_hash_of_the_recipient_and_longer_after_fifteen(number: int) -> None:
    recipient = UUID(int=number * 7_919_191)
    assert Pace().gap_after(recipient, 1) == Pace().gap_after(recipient, 14)
    assert 20 <= Pace().gap_after(recipient, number or 1) <= 480
    assert 240 <= Pace().gap_after(recipient, 15) <= 480 and 20 <= Pace().gap_after(recipient, 16) <= 75


@pytest.mark.parametrize(("days", "level"), [(0, 1), (14, 1), (15, 3), (900, 3)])
def test_a_number_begins_by_its_age(days: int, level: int) -> None:
    now = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
    assert first_level(now - dt.timedelta(days=days), now) == level


@pytest.mark.parametrize(
    ("level", "sent", "cap", "trouble", "next_one"),
    [(3, 48, 60, False, 4), (3, 47, 60, False, 3), (3, 60, 60, True, 1), (7, 200, 200, False, 7), (1, 0, 20, True, 1)],
)
def test_a_good_day_raises_the_level_and_trouble_puts_it_back(
    level: int, sent: int, cap: int, trouble: bool, next_one: int
) -> None:
    assert next_level(level, sent, cap, trouble=trouble) == next_one
