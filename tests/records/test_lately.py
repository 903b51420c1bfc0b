"""What was accepted lately, and what failed while its instance was away, of the right organisations only."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from proactive.model.context import Receipt
from proactive.model.failure_reasons import FailureReason
from proactive.records.lately import LatelyQueries
from proactive.records.store import Records
from proactive.storage.supabase import Database
from tests.records.conftest import Business, Connection, business, records, settle_failed, settle_sent

__all__ = ["business", "records"]  # fixtures
CLOSED = FailureReason.GATEWAY_DISCONNECTED


@pytest.fixture
def lately(supabase: Database) -> LatelyQueries:
    return LatelyQueries(supabase)


def add_instance(database: Connection, business: Business, name: str, status: str = "connected") -> None:
    database.execute(
        "insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, %s)",
        [business.organization, name, status],
    )


def test_the_messages_accepted_lately_are_those_of_the_organisations_instance(
    lately: LatelyQueries, records: Records, business: Business, database: Connection
) -> None:
    add_instance(database, business, "org-first")
    entries = [business.entry() for _ in range(3)]
    for number, entry in enumerate(entries):
        at = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=number)
        settle_sent(records, entry, Receipt(f"ID{number}", "5511@s.whatsapp.net"), at)
    assert lately.accepted_lately("org-first", 2) == [("org-first", "ID0"), ("org-first", "ID1")]
    assert lately.accepted_lately("org-second", 2) == []
    assert ("org-first", "ID0") in lately.accepted_lately(None, 100)


def failed(lately: LatelyQueries, business: Business, instance: str | None = None) -> list[tuple[str, str]]:
    found = lately.failed_lately([CLOSED, FailureReason.NO_INSTANCE], instance)
    return [(name, task.key) for name, task in found if task.organization_id == business.organization]


def change(database: Connection, business: Business, assignment: str, *values: Any) -> None:
    database.execute(
        f"update aurora_proactive_messages set {assignment} where organization_id = %s",
        [*values, business.organization],
    )


def test_what_failed_for_such_a_reason_is_found_while_its_instance_is_connected(
    lately: LatelyQueries, records: Records, business: Business, database: Connection
) -> None:
    task = business.task()
    settle_failed(records, business.entry(task), CLOSED)
    settle_failed(records, business.entry(), FailureReason.NOT_ON_WHATSAPP)
    assert failed(lately, business) == []  # it has no instance
    add_instance(database, business, "org-away", "disconnected")
    assert failed(lately, business) == []
    add_instance(database, business, "org-here")
    assert failed(lately, business) == failed(lately, business, "org-here") == [("org-here", task.key)]
    assert failed(lately, business, "org-away") == []


@pytest.mark.parametrize(
    ("assignment", "values"),
    [
        ("created_at = created_at - interval '27 hours'", []),
        ("status = 'pending'", []),
        ("metadata = metadata || %s", [Jsonb({"earlier_failures": [{"code": "gateway_disconnected"}]})]),
        ("metadata = metadata - 'occurrence'", []),
        ("metadata = jsonb_set(metadata, '{failure,details}', %s)", [Jsonb({"state": "open"})]),
    ],
)
def test_what_is_old_over_or_was_sent_again_is_not_found(
    lately: LatelyQueries,
    records: Records,
    business: Business,
    database: Connection,
    assignment: str,
    values: list[Any],
) -> None:
    add_instance(database, business, "org-here")
    settle_failed(records, business.entry(), CLOSED)
    assert len(failed(lately, business)) == 1
    change(database, business, assignment, *values)
    assert failed(lately, business) == []


def test_a_gateway_that_always_said_open_has_to_have_said_so_since(
    lately: LatelyQueries, records: Records, business: Business, database: Connection
) -> None:
    name = f"org-{business.organization}"
    add_instance(database, business, name)
    settle_failed(records, business.entry(), CLOSED)
    change(database, business, "metadata = jsonb_set(metadata, '{failure,details}', %s)", Jsonb({"state": "open"}))
    told = "insert into aurora_proactive_instances (instance_name, state, since) values (%s, 'open', %s)"
    database.execute(told, [name, dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)])
    assert failed(lately, business) == []
    database.execute(
        "update aurora_proactive_instances set since = now() + interval '1 second' where instance_name = %s", [name]
    )
    assert len(failed(lately, business)) == 1
    database.execute("delete from aurora_proactive_instances where instance_name = %s", [name])
