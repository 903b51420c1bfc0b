"""aurora holidays: what it writes, and the list that somebody compares with a decree."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Run, refused
from tests.support.asking import Database


def test_it_writes_this_and_the_next_two_years(run: Run, database: Database) -> None:
    told = json.loads(run("aurora", "holidays", "--json").out)
    assert len(told["years"]) == 3
    kept = database.execute(
        "select count(*) as days, count(distinct scope) as scopes, min(extract(year from day)) as first"
        "  from aurora_proactive_holidays"
    ).fetchone()
    assert kept == {"days": told["written"], "scopes": 28, "first": told["years"][0]}
    known = database.execute("select aurora_proactive_holiday_state(now()::date) as state").fetchone()
    assert known is not None
    assert (known["state"]["made_from"], known["state"]["years"]) == (told["made_from"], told["years"])
    assert run("aurora", "holidays").out.startswith(f"Wrote {told['written']} holidays of {told['years'][0]} to ")


def test_it_shows_the_list_of_a_state_and_whether_it_was_checked(run: Run) -> None:
    shown = run("aurora", "holidays", "--show", "RN", "--year", "2024").out
    assert "2024-10-03" in shown
    assert shown.rstrip().endswith("RN 2024: checked on 2026-11-26.")
    assert "not checked yet" in run("aurora", "holidays", "--show", "SP", "--year", "2027").out
    told = json.loads(run("aurora", "holidays", "--show", "MT", "--year", "2027", "--json").out)
    assert told == {"scope": "MT", "year": 2027, "checked_on": None, "holidays": []}


@pytest.mark.parametrize("words", [("--year", "2027"), ("--show", "XX"), ("--show", "SP", "--year", "1900")])
def test_what_is_no_list_is_refused(run: Run, words: tuple[str, ...]) -> None:
    refused(run("aurora", "holidays", *words))
