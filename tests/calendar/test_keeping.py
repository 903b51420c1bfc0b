"""The holidays are written where some are missing or were made from something else; what fails is tried again."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from proactive.calendar.holiday_store import HolidayState, HolidayStore
from proactive.calendar.keeping import HolidayKeeper, made_from, run_command, years_from
from proactive.errors import SupabaseError
from proactive.storage.supabase import Database as Supabase

NOW = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
WHOLE = HolidayState(made_from(), (2026, 2027, 2028))


class Store(HolidayStore):
    """A table that has what it is told, and becomes whole when it is written."""

    def __init__(self, found: HolidayState | SupabaseError, becomes: HolidayState = WHOLE) -> None:
        self.found, self.becomes = found, becomes
        self.looks = self.writes = 0

    def state(self, today: dt.date) -> HolidayState:
        self.looks += 1
        if isinstance(self.found, SupabaseError):
            raise self.found
        return self.found

    def written(self) -> str | None:
        self.writes += 1
        self.found = self.becomes
        return None


def test_what_is_whole_is_left_alone_and_looked_at_once_an_hour() -> None:
    store = Store(WHOLE)
    keeper = HolidayKeeper(store, store.written)
    for minutes in (0, 1, 59):
        assert keeper.known_years(NOW + dt.timedelta(minutes=minutes)) == 3
    assert (store.looks, store.writes) == (1, 0)
    keeper.known_years(NOW + dt.timedelta(hours=1))
    assert (store.looks, store.writes) == (2, 0)


@pytest.mark.parametrize(
    "found",
    [HolidayState(None, ()), HolidayState("holidays 0.1, ours 0", (2026, 2027, 2028)),
     HolidayState(made_from(), (2026, 2027)), HolidayState(None, (2026, 2027, 2028))],
    ids=["empty", "another version", "a new year", "half of it"],
)  # fmt: skip
def test_what_is_missing_or_made_from_something_else_is_written(found: HolidayState) -> None:
    store = Store(found)
    assert HolidayKeeper(store, store.written).known_years(NOW) == 3
    assert store.writes == 1


def test_a_new_year_is_written_on_its_first_day() -> None:
    store = Store(WHOLE, HolidayState(made_from(), (2027, 2028, 2029)))
    keeper = HolidayKeeper(store, store.written)
    keeper.known_years(dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC))
    assert keeper.known_years(dt.datetime(2027, 1, 1, 0, 30, tzinfo=dt.UTC)) == 3
    assert store.writes == 1


def test_what_fails_is_known_as_not_whole_and_tried_again_in_an_hour() -> None:
    for found, known in ((HolidayState(None, ()), 0), (HolidayState("old", (2026, 2027, 2028)), 2)):
        store, tries = Store(found), list[int]()
        keeper = HolidayKeeper(store, lambda tries=tries: tries.append(1) or "no")  # type: ignore[misc]
        assert [keeper.known_years(NOW + dt.timedelta(minutes=m)) for m in (0, 30, 60)] == [known] * 3
        assert len(tries) == 2


def test_a_database_that_is_away_is_not_known_and_looked_at_again_at_once() -> None:
    store = Store(SupabaseError("away"))
    keeper = HolidayKeeper(store, store.written)
    assert keeper.known_years(NOW) is None
    store.found = WHOLE
    assert keeper.known_years(NOW + dt.timedelta(minutes=1)) == 3


def test_three_years_are_kept_and_what_they_are_made_from_names_package_and_lines() -> None:
    assert years_from(NOW.date()) == (2026, 2027, 2028)
    assert made_from().startswith("holidays 0.")


@pytest.mark.parametrize(
    ("code", "said"),
    [("", None), ("import sys; print('gone', file=sys.stderr); sys.exit(3)", "it ended with status 3: gone"),
     ("raise SystemExit(1)", "it ended with status 1: it said nothing"),
     ("import threading; threading.Event().wait()", "it took longer than 0.2 seconds")],
    ids=["well", "a sentence", "silent", "for ever"],
)  # fmt: skip
def test_why_the_command_failed_is_said(code: str, said: str | None) -> None:
    assert run_command([sys.executable, "-S", "-c", code], 0.2 if "wait" in code else 30.0) == said


def test_the_command_writes_the_holidays_from_wherever_the_scheduler_runs(
    environment: Mapping[str, str], supabase: Supabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    keeper = HolidayKeeper(HolidayStore(supabase))
    assert keeper.known_years(dt.datetime.now(dt.UTC)) == 3


def test_a_command_that_is_not_there_is_said() -> None:
    assert run_command(["/nowhere/python"]) == "it could not be started: FileNotFoundError"
