"""Rules: what is refused before anything is expanded, and what is no rule."""

from __future__ import annotations

import datetime as dt

import pytest

from proactive.feeds.faults import SeriesRefused, Unreadable
from proactive.feeds.reading.rule import rule_of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("FREQ=SECONDLY", "frequency"), ("FREQ=MINUTELY;COUNT=1", "frequency"), ("freq=Hourly", "frequency"),
        ("FREQ=DAILY;INTERVAL=0", "interval"), ("FREQ=DAILY;INTERVAL=-3", "interval"),
        ("FREQ=DAILY;INTERVAL=.5", "interval"), ("FREQ=DAILY;INTERVAL=x", "interval"),
        ("FREQ=HOURLY;INTERVAL=0", "frequency"),
        (f"FREQ=YEARLY;BYYEARDAY={','.join(map(str, range(1, 64)))}", "by_list"),
        (f"FREQ=YEARLY;BYSETPOS={','.join(['1'] * 63)}", "by_list"),
        ("FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5", "by_time"),
        ("FREQ=DAILY;BYHOUR=1,2;BYMINUTE=1,2,3,4;BYSECOND=1,2,3,4", "by_time"),
        (f"FREQ=DAILY;BYSECOND={','.join(map(str, range(25)))}", "by_time"),
    ],
)  # fmt: skip
def test_what_would_never_end_is_refused(text: str, code: str) -> None:
    with pytest.raises(SeriesRefused) as refused:
        rule_of(text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "text",
    [
        "", "FREQ", "FREQ=", "FREQ=NEVER", "INTERVAL=2", "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;COUNT=x",
        "FREQ=DAILY;BYEASTER=0", "FREQ=DAILY;X-OTHER=1", "RSCALE=HEBREW;FREQ=YEARLY", "FREQ=YEARLY;SKIP=BACKWARD",
    ],
)  # fmt: skip
def test_what_is_no_rule_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        rule_of(text)


def test_a_rule_is_written_as_it_was_read() -> None:
    rule = rule_of("RSCALE=GREGORIAN;freq=weekly; interval=2;BYDAY=mo,we;WKST=SU;COUNT=-1;")
    assert (rule.plain, rule.count) == (False, None)
    until = dt.datetime(2026, 6, 4, 23, 59, 59)  # noqa: DTZ001
    assert rule.written(until) == "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;WKST=SU;UNTIL=20260604T235959"
    assert rule_of("FREQ=DAILY;WKST=SU;COUNT=3").plain
    assert rule_of("FREQ=DAILY;COUNT=3").written(None) == "FREQ=DAILY;INTERVAL=1;COUNT=3"
    with pytest.raises(SeriesRefused, match="exrule"):
        rule_of("FREQ=DAILY", exrule=True)
