"""The holidays of the nation and of 27 states against lists of our own, transcribed from laws and decrees by hand."""

from __future__ import annotations

import ast
import csv
import datetime as dt
from pathlib import Path

import pytest

from proactive.calendar.holiday import NATIONAL, STATES, Holiday
from proactive.calendar.holiday_list import HolidayList, holiday_list

YEARS = (2024, 2025, 2026)
#: A day a word, `?` where it is optional.
DECREES = list(csv.DictReader((Path(__file__).parent / "decrees.csv").read_text().splitlines()))
PROACTIVE = Path(__file__).parents[2] / "proactive"


@pytest.fixture(scope="module")
def listed() -> HolidayList:
    return holiday_list((*YEARS, 2027, 2028))


def words(holidays: list[Holiday]) -> str:
    return " ".join(f"{each.day:%m-%d}{'?' * (each.kind == 'optional')}" for each in holidays)


def test_every_state_of_every_year_is_as_its_decree_says(listed: HolidayList) -> None:
    found = {(row["scope"], year): words(listed.of(row["scope"], year)) for row in DECREES for year in YEARS}
    assert found == {(row["scope"], year): row[str(year)] for row in DECREES for year in YEARS}
    assert [row["scope"] for row in DECREES] == [NATIONAL, *STATES]


@pytest.mark.parametrize(
    ("scope", "day", "kind"),
    [
        ("AL", "2027-11-29", "holiday"), ("AL", "2028-12-01", "holiday"), ("AL", "2027-11-30", None),
        ("SC", "2027-11-28", None), ("TO", "2024-08-15", None), ("TO", "2028-08-15", "holiday"),
        ("AC", "2027-01-20", "holiday"), ("DF", "2028-06-15", "holiday"), ("RJ", "2028-02-29", "holiday"),
        (NATIONAL, "2028-10-01", "optional"), (NATIONAL, "2028-10-29", "optional"), (NATIONAL, "2027-10-03", None),
        (NATIONAL, "2027-10-28", None), (NATIONAL, "2028-04-14", "holiday"), ("2304400", "2027-08-15", "optional"),
    ],
)  # fmt: skip
def test_what_is_special_holds_in_the_years_to_come(
    listed: HolidayList, scope: str, day: str, kind: str | None
) -> None:
    found = [each.kind for each in listed.holidays if (each.scope, each.day.isoformat()) == (scope, day)]
    assert found == ([] if kind is None else [kind])


def test_every_holiday_has_a_law_and_a_source_and_a_name_that_makes_a_slug(listed: HolidayList) -> None:
    for each in listed.holidays:
        assert each.law and each.source and each.slug, each
    carnival = [each for each in listed.of(NATIONAL, 2026) if each.slug == "carnaval"]
    assert [f"{each.day:%d/%m}" for each in carnival] == ["16/02", "17/02"]
    assert {each.slug for each in listed.of("DF", 2026)} & {each.slug for each in listed.of(NATIONAL, 2026)} == {
        "corpus-christi"
    }


@pytest.mark.parametrize("scope", ["AM", "BA", "PA", "PE", "GO"])
def test_what_nobody_settled_is_optional_and_to_be_confirmed(listed: HolidayList, scope: str) -> None:
    uncertain = [each for each in listed.of(scope, 2026) if each.kind == "optional"]
    assert len(uncertain) == 1
    assert uncertain[0].checked_on is None


def test_a_year_that_was_compared_with_its_decree_says_when(listed: HolidayList) -> None:
    assert {each.checked_on for each in listed.of("RN", 2024)} == {dt.date(2026, 11, 26)}
    assert {each.checked_on for each in listed.of("RN", 2026)} == {None}
    assert all(each.checked_on for each in listed.of(NATIONAL, 2028))


def test_a_scope_without_holidays_has_its_year_all_the_same(listed: HolidayList) -> None:
    rows = {(row["scope"], row["year"]): row["days"] for row in listed.year_rows()}
    assert rows["MT", 2026] == rows["PR", 2027] == 0
    assert rows[NATIONAL, 2026] == 18
    assert sum(rows.values()) == len(listed.holidays)


def test_the_package_is_loaded_by_the_command_alone() -> None:
    """It takes 20 MB: no worker, scheduler or web process may import it, by whatever way."""
    importing = {"holidays": set[str](), "proactive.calendar.holiday_list": set[str]()}
    for file in PROACTIVE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in set(names) & set(importing):
                importing[name].add(file.relative_to(PROACTIVE).as_posix())
    assert importing == {
        "holidays": {"calendar/holiday_list.py"},
        "proactive.calendar.holiday_list": {"cli/holidays.py"},
    }
