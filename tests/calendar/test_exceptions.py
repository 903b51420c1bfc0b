"""What may be said of which days."""

from __future__ import annotations

import datetime as dt

import pytest

from proactive.calendar.exceptions import LONGEST, DayException, Says, checked_days, horizon, local_day, yearly
from proactive.calendar.unusable import UnusableDay

TODAY = dt.date(2026, 11, 26)
DAY = dt.timedelta(days=1)


def said(first: dt.date = TODAY, last: dt.date | None = None, says: Says = "closed", **more: object) -> DayException:
    return DayException(first, last or first, says, **more)  # type: ignore[arg-type]


def test_days_from_today_to_the_end_of_the_year_after_next_may_be_spoken_of() -> None:
    assert horizon(TODAY) == dt.date(2028, 12, 31)
    for exception in (
        said(),
        said(TODAY, TODAY + (LONGEST - 1) * DAY),
        said(horizon(TODAY)),
        said(dt.date(2028, 2, 29)),
        said(says="open"),
    ):
        assert exception.checked(TODAY) == exception


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (TODAY - DAY, TODAY - DAY, "date"),
        (TODAY - DAY, TODAY + DAY, "date"),
        (dt.date(1970, 1, 1), TODAY, "date"),
        (TODAY + DAY, TODAY, "lastDay"),
        (TODAY, TODAY + LONGEST * DAY, "lastDay"),
        (horizon(TODAY), horizon(TODAY) + DAY, "lastDay"),
        (horizon(TODAY) + DAY, horizon(TODAY) + DAY, "date"),
        (dt.date(2099, 12, 31), dt.date(2099, 12, 31), "date"),
    ],
)
def test_what_is_over_turned_round_too_long_or_too_far_is_refused(first: dt.date, last: dt.date, field: str) -> None:
    for check in (lambda: said(first, last).checked(TODAY), lambda: checked_days(first, last, TODAY)):
        with pytest.raises(UnusableDay) as refused:
            check()
        assert refused.value.field == field and refused.value.words.endswith(".")


def test_only_other_hours_have_hours() -> None:
    kept = said(says="hours", hours=[["14:00", "18:00"], ["08:00", "15:00"]]).checked(TODAY)
    assert kept.hours == (("08:00", "18:00"),)
    assert kept.as_json() == {
        "first_day": "2026-11-26", "last_day": "2026-11-26", "says": "hours", "hours": [("08:00", "18:00")],
        "title": None,
    }  # fmt: skip
    for says in ("closed", "open"):
        with pytest.raises(UnusableDay, match="Leave the hours out"):
            said(says=says, hours=[["08:00", "12:00"]]).checked(TODAY)
    with pytest.raises(UnusableDay, match="Say when it is open"):
        said(says="hours").checked(TODAY)


def test_a_title_is_one_line_that_can_be_seen() -> None:
    assert said(title="  Aniversário\nda \u202ecidade ").checked(TODAY).title == "Aniversário da cidade"
    assert said(title=" \u200b ").checked(TODAY).title is None
    assert said(title="x" * 60).checked(TODAY).title == "x" * 60
    with pytest.raises(UnusableDay, match="at most 60"):
        said(title="x" * 61).checked(TODAY)


def test_a_yearly_day_is_said_of_each_year_that_the_calendar_has() -> None:
    days = yearly(dt.date(2027, 1, 25), "Aniversário", TODAY)
    assert [each.first for each in days] == [dt.date(2027, 1, 25), dt.date(2028, 1, 25)]
    assert {(each.says, each.title, each.first == each.last) for each in days} == {("closed", "Aniversário", True)}
    assert [each.first for each in yearly(dt.date(2028, 2, 29), "x", TODAY)] == [dt.date(2028, 2, 29)]
    assert len(yearly(TODAY, "x", TODAY)) == 3


@pytest.mark.parametrize(
    "text", ["2027-02-29", "2026-W49-1", "20261201", "2026-12-1", "", "٢٠٢٦-١٢-٠١", "2026-12-01\n"]
)
def test_a_text_is_a_day_only_if_there_is_one(text: str) -> None:
    assert local_day("2028-02-29") == dt.date(2028, 2, 29)
    with pytest.raises(UnusableDay, match="a day that there is"):
        local_day(text)
