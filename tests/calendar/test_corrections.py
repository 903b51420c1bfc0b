"""Our lines stand over what the package lists: by day, by rule, by name; of two about a day the later counts."""

from __future__ import annotations

import datetime as dt

import pytest

from proactive.calendar.corrections import Correction, corrected, read_checks, read_corrections
from proactive.calendar.holiday import NATIONAL, STATES, Holiday

CHECKED = dt.date(2026, 1, 5)


def line(when: str, kind: str = "holiday", name: str = "Festa", years: str = "", **columns: str) -> Correction:
    return Correction(columns.get("scope", "SP"), when, name, kind, years, "Lei 1", "x", columns.get("checked_on", ""))


def listed(day: str, name: str = "Festa", scope: str = "SP") -> Holiday:
    return Holiday(dt.date.fromisoformat(day), scope, name, "holiday", None, "package")


@pytest.mark.parametrize(
    ("when", "years", "days"),
    [
        ("07-09", "", ["2026-07-09", "2027-07-09"]), ("2027-07-09", "", ["2027-07-09"]),
        ("easter-2", "", ["2026-04-03", "2027-03-26"]), ("easter+60", "", ["2026-06-04", "2027-05-27"]),
        ("first sunday of 10", "even", ["2026-10-04"]), ("last sunday of 10", "", ["2026-10-25", "2027-10-31"]),
        ("first sunday of 02", "", ["2026-02-01", "2027-02-07"]), ("07-09", "2027-", ["2027-07-09"]),
        ("07-09", "-2026", ["2026-07-09"]), ("any", "", []),
    ],
)  # fmt: skip
def test_a_line_says_its_days(when: str, years: str, days: list[str]) -> None:
    found = [line(when, years=years).day(year) for year in (2026, 2027)]
    assert [day.isoformat() for day in found if day] == days


def test_what_is_no_day_is_refused() -> None:
    for when in ("7-9", "easter", "second sunday of 10", ""):
        with pytest.raises(ValueError, match="is no day"):
            line(when).day(2026)


def test_a_line_replaces_what_the_package_lists_on_its_day_and_scope() -> None:
    both = [listed("2026-07-09", "Outra"), listed("2026-07-09", "Outra", "RJ")]
    found = corrected(both, [line("07-09", "optional")], [2026], {})
    assert [(each.scope, each.name, each.kind, each.law) for each in found] == [
        ("RJ", "Outra", "holiday", None),
        ("SP", "Festa", "optional", "Lei 1"),
    ]
    assert corrected(both[:1], [line("07-09", "none")], [2026], {}) == []


def test_a_line_about_any_day_gives_its_law_or_takes_away_by_the_name() -> None:
    moved = [listed("2026-11-20"), listed("2026-03-01", "Outra")]
    given = corrected(moved, [line("any")], [2026], {("SP", 2026): CHECKED})
    assert [(each.name, each.law, each.checked_on) for each in given] == [
        ("Outra", None, CHECKED),
        ("Festa", "Lei 1", CHECKED),
    ]
    assert [each.name for each in corrected(moved, [line("any", "none")], [2026], {})] == ["Outra"]


def test_the_later_line_about_a_day_counts() -> None:
    transfer = [line("11-30"), line("2026-11-30", "none"), line("2026-12-01", checked_on="2026-11-26")]
    found = corrected([], transfer, [2026, 2027], {})
    assert [(f"{each.day}", f"{each.checked_on}") for each in found] == [
        ("2026-12-01", "2026-11-26"),
        ("2027-11-30", "None"),
    ]


def test_what_is_uncertain_is_optional_and_unchecked_in_a_checked_year_too() -> None:
    (found,) = corrected([], [line("09-05", "uncertain")], [2026], {("SP", 2026): CHECKED})
    assert (found.kind, found.checked_on) == ("optional", None)


def test_every_line_of_ours_is_understood_and_has_law_and_source() -> None:
    lines = read_corrections()
    scopes = {NATIONAL, *STATES}
    assert len(lines) > 60
    for each in lines:
        assert each.scope in scopes or (each.scope.isdecimal() and len(each.scope) == 7), each
        assert each.law and each.source, each
        assert each.kind in ("holiday", "optional", "uncertain", "none")
        each.day(2026)
    assert {scope for scope, _ in read_checks()} <= scopes
