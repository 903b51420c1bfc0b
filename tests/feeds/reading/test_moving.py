"""Series that began long ago: what is read of them stays the same, however far their start is moved."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proactive.feeds.faults import SeriesRefused
from proactive.feeds.reading.moving import expanded, moved_up
from proactive.feeds.reading.rule import rule_of

FIRST, LAST = dt.datetime(2026, 5, 29), dt.datetime(2026, 8, 4)  # noqa: DTZ001  wall clocks
LISTS = {
    "DAILY": ("", ";BYDAY=MO,WE", ";BYMONTHDAY=-1,13", ";BYMONTH=6,7", ";BYHOUR=9,15"),
    "WEEKLY": ("", ";BYDAY=MO,WE,SU", ";BYDAY=SU;WKST=SU", ";BYDAY=SU,MO;WKST=MO", ";BYMONTH=6"),
    "MONTHLY": ("", ";BYDAY=2TU", ";BYDAY=-1FR", ";BYMONTHDAY=31", ";BYMONTHDAY=-1", ";BYDAY=MO,TU,WE;BYSETPOS=-1"),
    "YEARLY": ("", ";BYMONTH=6,7", ";BYYEARDAY=152,200", ";BYWEEKNO=23,26", ";BYMONTH=7;BYDAY=1MO", ";BYDAY=25MO"),
}


def read(start: dt.datetime, text: str, until: dt.datetime | None = None) -> list[dt.datetime]:
    moments = expanded(start, rule_of(text), until)
    return [moment for moment in itertools.takewhile(lambda each: each <= LAST, moments) if moment >= FIRST]


def moved(start: dt.datetime, text: str, until: dt.datetime | None = None) -> list[dt.datetime]:
    found, rule = moved_up(start, rule_of(text), until, FIRST, LAST)
    assert start <= found <= max(start, FIRST - dt.timedelta(days=2 * 366))
    if rule is None:
        return []
    return [
        moment
        for moment in itertools.takewhile(lambda each: each <= LAST, expanded(found, rule, until))
        if moment >= FIRST
    ]


@settings(max_examples=25)
@given(
    start=st.datetimes(dt.datetime(1901, 1, 1), dt.datetime(2026, 7, 1)),  # noqa: DTZ001
    frequency_and_lists=st.sampled_from([(name, lists) for name, every in LISTS.items() for lists in every]),
    interval=st.integers(1, 7),
    count=st.none() | st.integers(1, 9000),
    until=st.none() | st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2030, 1, 1)),  # noqa: DTZ001
)
def test_what_is_read_of_a_moved_series_is_what_was_read_before(
    start: dt.datetime,
    frequency_and_lists: tuple[str, str],
    interval: int,
    count: int | None,
    until: dt.datetime | None,
) -> None:
    frequency, lists = frequency_and_lists
    text = f"FREQ={frequency};INTERVAL={interval}{lists}" + (f";COUNT={count}" if count else "")
    start = start.replace(microsecond=0)
    until = until.replace(microsecond=0) if until and not count else None
    assert moved(start, text, until) == read(start, text, until)


@pytest.mark.parametrize("year", [1804, 1896, 1904, 1968])
@pytest.mark.parametrize("interval", [1, 2, 3, 4, 5, 12])
def test_a_leap_day_is_moved_to_a_leap_day(year: int, interval: int) -> None:
    start = dt.datetime(year, 2, 29, 10)  # noqa: DTZ001
    found, _ = moved_up(start, rule_of(f"FREQ=YEARLY;INTERVAL={interval}"), None, FIRST, LAST)
    assert (found.month, found.day, (found.year - year) % interval) == (2, 29, 0)
    assert found.year >= 1972 or interval == 12


def test_what_is_counted_and_over_has_no_rule() -> None:
    start = dt.datetime(1950, 1, 1)  # noqa: DTZ001
    assert moved_up(start, rule_of("FREQ=DAILY;COUNT=100"), None, FIRST, LAST) == (start, None)


def test_too_many_steps_are_refused_and_many_are_not() -> None:
    start = dt.datetime(1862, 1, 1)  # noqa: DTZ001
    rule = "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR,SA,SU;COUNT="
    with pytest.raises(SeriesRefused, match="too_many_steps"):
        moved_up(start, rule_of(rule + "70000"), None, FIRST, LAST)
    assert moved_up(start, rule_of(rule + "60000"), None, FIRST, LAST)[0] == start
