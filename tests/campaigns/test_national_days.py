"""National holidays: those of the table; where it knows nothing of a year, those that federal law fixes."""

from __future__ import annotations

import datetime as dt

import pytest

from proactive.campaigns.national_days import NationalDays

KNOWN = NationalDays({"days": ["2026-12-25", "2026-04-03"], "years": [2026, 2027]})
EMPTY = NationalDays({"days": [], "years": []})


@pytest.mark.parametrize(
    ("day", "holds"),
    [("2026-12-25", True), ("2026-11-20", False), ("2027-12-25", False), ("2028-12-25", True), ("2025-01-01", True)],
)
def test_a_year_that_the_table_knows_is_taken_from_it_alone(day: str, holds: bool) -> None:
    assert KNOWN.holds(dt.date.fromisoformat(day)) is holds


def test_of_a_year_that_it_lacks_the_days_that_federal_law_fixes_are_holidays() -> None:
    year = [dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(365)]
    assert [f"{day:%m-%d}" for day in year if EMPTY.holds(day)] == [
        "01-01", "04-03", "04-21", "05-01", "09-07", "10-12", "11-02", "11-15", "11-20", "12-25",
    ]  # fmt: skip
