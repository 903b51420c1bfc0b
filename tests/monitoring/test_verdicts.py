"""What is so, as a table: each state with the conditions that it is, and none where all is fine."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from proactive.errors import SupabaseError
from proactive.monitoring.present import CONDITIONS, InstancePage, NamedPause, PausePage
from proactive.monitoring.verdicts import of_migration, of_present, of_queue, of_supabase
from proactive.storage.migrated import MIGRATION
from tests.support.stand_ins import BUSY_QUEUE, QUIET_PRESENT

NOW = dt.datetime(2026, 11, 26, 6, 0, tzinfo=dt.UTC)
NOBODY = {"idle": 0, "busy": 0, "suspended": 0}
STANDING = {"idle": 0, "busy": 0, "suspended": 2}


def refused(code: str) -> SupabaseError:
    return SupabaseError(f"a_function was refused: code {code}", answered=True)


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"workers": NOBODY}, ["workers_none"]),
        ({"workers": STANDING, "suspended": True}, ["workers_suspended"]),
        ({"workers": NOBODY, "suspended": True}, ["workers_none", "workers_suspended"]),
        ({"scheduler_age": None}, ["scheduler_never"]),
        ({"scheduler_age": 29.9}, []),
        ({"scheduler_age": 31.0}, ["scheduler_silent"]),
        ({"oldest_age": 59.0}, []),
        ({"oldest_age": 61.0}, ["queue_stands"]),
        ({"oldest_age": 61.0, "workers": {"idle": 1, "busy": 1, "suspended": 0}}, []),
        ({"oldest_age": 601.0, "workers": {"idle": 1, "busy": 1, "suspended": 0}}, ["queue_late"]),
        ({"oldest_age": 900.0, "workers": NOBODY}, ["workers_none"]),
        ({"overdue": 1}, ["queue_overdue"]),
        ({"unwritten": 2, "refused": 1}, ["records_unwritten", "records_refused"]),
        ({"queue_alerts": None, "records_alerts": None}, ["alerts_never"]),
        ({"records_alerts": None}, ["alerts_never"]),
        ({"queue_alerts": 181.0, "records_alerts": 181.0}, ["alerts_stale"]),
        ({"queue_alerts": 20.0, "records_alerts": 900.0}, ["alerts_partly"]),
        ({"raised": frozenset({"silence", "failure_rate"})}, ["alert_raised"]),
        ({"raised": frozenset({"silence"}), "queue_alerts": 900.0}, ["alerts_stale", "alert_raised"]),
    ],
)
def test_the_queues_snapshot_says_what_is_so(changes: dict[str, Any], codes: list[str]) -> None:
    assert [each.code for each in of_queue(replace(BUSY_QUEUE, **changes), NOW)] == codes


def test_what_is_old_says_since_when() -> None:
    (silent,) = of_queue(replace(BUSY_QUEUE, scheduler_age=600.0), NOW)
    assert silent.details["since"] == NOW - dt.timedelta(minutes=10)
    assert silent.text == "the scheduler's last beat was 600 seconds ago"


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"failed": 3}, ["failed_lately"]),
        ({"accepted": 9, "judged": 9}, []),
        ({"accepted": 9, "judged": 0}, ["unheard"]),
        ({"accepted": 9, "judged": 9, "refused": 1, "silent": 2}, ["undelivered"]),
        ({"pauses": PausePage((), 4)}, ["paused"]),
    ],
)
def test_the_records_say_what_is_so(changes: dict[str, Any], codes: list[str]) -> None:
    assert [each.code for each in of_present(replace(QUIET_PRESENT, **changes))] == codes


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_instance_that_is_not_connected_is_said(condition: Any) -> None:
    conditions = {**dict.fromkeys(CONDITIONS, 0), "connected": 5, condition: 37}
    said = list(of_present(replace(QUIET_PRESENT, instances=InstancePage((), 37, conditions))))
    assert [each.code for each in said] == ([] if condition == "connected" else [f"instances_{condition}"])
    assert all(each.details == {"count": 37} for each in said)


@pytest.mark.parametrize(
    ("error", "supabase", "migration"),
    [
        (SupabaseError("f could not be called: no answer in time"), ["supabase_away"], ["unknown"]),
        (refused("503"), ["supabase_away"], ["unknown"]),
        (refused("PGRST002"), ["supabase_away"], ["unknown"]),
        (refused("401"), ["supabase_key"], ["unknown"]),
        (refused("PGRST301"), ["supabase_key"], ["unknown"]),
        (refused("42501"), ["supabase_key"], ["unknown"]),
        (refused("PGRST202"), [], ["migration_missing"]),
        (refused("42703"), [], ["migration_missing"]),
        (refused("XX000"), ["supabase_refused"], ["unknown"]),
    ],
)
def test_what_supabase_says_is_told_apart(error: SupabaseError, supabase: list[str], migration: list[str]) -> None:
    assert [each.code for each in of_supabase(error)] == supabase
    assert [each.code for each in of_migration(error, error)] == migration


def test_a_migration_that_stopped_half_way_is_told_though_what_was_read_is_there() -> None:
    assert [each.code for each in of_migration(refused("PGRST202"), None)] == ["migration_missing"]
    assert [each.code for each in of_migration("20251231000000", None)] == ["migration_old"]
    assert list(of_migration(MIGRATION, None)) == []
    # the last function of an earlier version is there, and one that this version reads is not
    assert [each.code for each in of_migration(MIGRATION, refused("42883"))] == ["migration_missing"]


def test_what_is_paused_is_said_by_type_and_number_and_names_nobody() -> None:
    at, shop = dt.datetime(2026, 11, 26, tzinfo=dt.UTC), UUID(int=7)
    rows = (
        NamedPause(shop, "Patas & Cia", None, "pedido de Ana", at), NamedPause(UUID(int=8), "Rui", None, "x", at),
        NamedPause(None, None, "birthdays", "texto", at),
    )  # fmt: skip
    (said,) = of_present(replace(QUIET_PRESENT, pauses=PausePage(rows, 5)))
    assert said.text == "paused: every type of 2 organisation(s), birthdays of every organisation, 2 more"
