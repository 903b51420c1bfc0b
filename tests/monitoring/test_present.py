"""What is so now in the records: instances as sending meets them, pauses, failures and deliveries of the last hour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from proactive.monitoring.present import SHOWN, InstanceEntry, PresentReader
from proactive.records.instances import InstanceStates
from proactive.storage.supabase import Database

Connection = psycopg.Connection[dict[str, Any]]
NOW = dt.datetime.now(dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def reader(supabase: Database) -> PresentReader:
    return PresentReader(supabase)


@pytest.fixture
def shop(database: Connection) -> Callable[..., UUID]:
    """Makes an organisation with an instance `i-{name}` of a status of the product's."""

    def made(name: str, status: str = "connected") -> UUID:
        organization = uuid4()
        database.execute("insert into organizations (id, name) values (%s, %s)", [organization, name])
        database.execute(
            "insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, %s)",
            [organization, f"i-{organization}", status],
        )
        return organization

    return made


def told(supabase: Database, organization: UUID, state: str, ago: dt.timedelta, database: Connection) -> None:
    """The gateway told, or sending found, a state so long ago."""
    InstanceStates(supabase).found(f"i-{organization}", state, dt.datetime.now(dt.UTC) - ago)
    database.execute(
        "update aurora_proactive_instances set since = now() - %s where instance_name = %s", [ago, f"i-{organization}"]
    )


def message(database: Connection, organization: UUID, status: str, ago: dt.timedelta, **metadata: Any) -> None:
    at = (dt.datetime.now(dt.UTC) - ago).replace(tzinfo=None)
    database.execute(
        "insert into aurora_proactive_messages (organization_id, message_type, status, scheduled_for, created_at,"
        " sent_at, metadata) values (%s, 'birthdays', %s, %s, %s, %s, %s)",
        [organization, status, at, at, at if status == "sent" else None, Jsonb(metadata)],
    )


def failed(database: Connection, organization: UUID, code: str, ago: dt.timedelta) -> None:
    touched = (dt.datetime.now(dt.UTC) - ago).timestamp()
    message(database, organization, "failed", ago, failure={"code": code}, touched=touched)


def only(reader: PresentReader, organization: UUID) -> InstanceEntry:
    (found,) = reader.instances(organization, None, None, 10, 0).rows
    return found


@pytest.mark.parametrize(
    ("product", "state", "condition", "shown"),
    [
        ("connected", None, "connected", "connected"),
        ("connected", "open", "connected", "connected"),
        ("connected", "close", "down", "disconnected"),
        ("connected", "refused", "down", "error"),
        ("connected", "connecting", "connecting", "connecting"),
        ("qr_pending", None, "down", "qr_pending"),
        ("connecting", None, "connecting", "connecting"),
        # nothing is sent while the product says so, whatever the gateway told
        ("disconnected", "open", "down", "disconnected"),
    ],
)
def test_an_instance_is_as_sending_meets_it(
    reader: PresentReader, supabase: Database, database: Connection, shop: Callable[..., UUID],
    product: str, state: str | None, condition: str, shown: str,
) -> None:  # fmt: skip
    organization = shop("Um", product)
    if state:
        told(supabase, organization, state, 9 * MINUTE, database)
    found = only(reader, organization)
    assert (found.condition, found.state, found.told) == (condition, shown, state)
    if condition == "down" and state not in (None, "open"):
        assert found.since is not None and abs((dt.datetime.now(dt.UTC) - found.since) - 9 * MINUTE) < MINUTE


def test_what_sending_found_counts_although_no_webhook_said_so(
    reader: PresentReader, supabase: Database, database: Connection, shop: Callable[..., UUID]
) -> None:
    organization = shop("Falha")
    for ago in (30, 20, 10):
        failed(database, organization, "gateway_disconnected", ago * MINUTE)
    found = only(reader, organization)
    assert (found.condition, found.failed) == ("failing", 3)
    assert found.since is not None and abs((dt.datetime.now(dt.UTC) - found.since) - 30 * MINUTE) < MINUTE
    told(supabase, organization, "open", 5 * MINUTE, database)
    assert only(reader, organization).condition == "unproven"
    message(database, organization, "sent", 2 * MINUTE)
    found = only(reader, organization)
    assert (found.condition, found.failed) == ("connected", 0)
    failed(database, organization, "not_on_whatsapp", 1 * MINUTE)  # says nothing of the instance
    assert only(reader, organization).condition == "connected"


def test_a_breaker_says_why_and_until_when(
    reader: PresentReader, database: Connection, shop: Callable[..., UUID]
) -> None:
    organization = shop("Parada", "disconnected")
    until = NOW + dt.timedelta(hours=3)
    database.execute(
        "insert into aurora_proactive_breakers values (%s, 'refused', now(), %s, %s)",
        [f"i-{organization}", until, until],
    )
    found = only(reader, organization)
    assert (found.condition, found.cause, found.known_until) == ("stopped", "refused", until)


def test_what_needs_somebody_comes_first_is_cut_and_counted(
    reader: PresentReader, supabase: Database, database: Connection, shop: Callable[..., UUID]
) -> None:
    connected, down = [shop(f"Boa {n}") for n in range(3)], [shop(f"Fora {n:02}", "logged_out") for n in range(12)]
    stopped = shop("Zulu")
    database.execute(
        "insert into aurora_proactive_breakers"
        " values (%s, 'silent', now(), now() + interval '1 h', now() + interval '1 h')",
        [f"i-{stopped}"],
    )
    found = reader.present(None).instances
    assert (found.count, len(found.rows)) == (13, SHOWN)
    assert (found.conditions["down"], found.conditions["connected"], found.conditions["stopped"]) == (12, 3, 1)
    assert found.rows[0].organization_id == stopped
    everything = reader.instances(None, "attention", None, 50, 0)
    assert {each.organization_id for each in everything.rows} == {*down, stopped}
    assert {each.organization_id for each in reader.instances(None, "connected", None, 50, 0).rows} == set(connected)
    page = reader.instances(None, None, "fora 1", 50, 0)
    assert [each.organization for each in page.rows] == ["Fora 10", "Fora 11"]
    assert reader.instances(None, None, None, 5, 15).rows[0].condition == "connected"


def test_pauses_have_names_and_an_organisation_sees_its_own_and_those_of_all(
    reader: PresentReader, database: Connection, shop: Callable[..., UUID]
) -> None:
    ours, theirs = shop("Nossa"), shop("Deles")
    for organization, type_ in ((ours, None), (theirs, "birthdays"), (None, "birthdays")):
        database.execute("select aurora_proactive_pause(%s, %s, 'pedido')", [organization, type_])
    found = reader.present(None).pauses
    assert found.count == 3
    assert {(each.organization, each.type) for each in found.rows} == {
        ("Nossa", None), ("Deles", "birthdays"), (None, "birthdays"),
    }  # fmt: skip
    assert {each.organization for each in reader.pauses(ours, 10, 0).rows} == {"Nossa", None}
    assert len(reader.pauses(None, 2, 2).rows) == 1


def test_the_last_hour_has_its_failures_by_reason_and_what_was_not_delivered(
    reader: PresentReader, database: Connection, shop: Callable[..., UUID]
) -> None:
    organization, other = shop("Hora"), shop("Outra")
    for code, ago in (("gateway_disconnected", 5), ("gateway_disconnected", 50), ("not_on_whatsapp", 5), ("x", 90)):
        failed(database, organization, code, ago * MINUTE)
    failed(database, other, "not_on_whatsapp", 5 * MINUTE)
    for receipts, ago in (({"read_at": "x"}, 30), ({"error_at": "x"}, 30), ({"error_at": "x"}, 5), ({}, 120)):
        message(database, organization, "sent", ago * MINUTE, receipts=receipts)
    found = reader.present(organization)
    assert (found.failed, found.failure_kinds) == (3, 2)
    assert [(each.code, each.count) for each in found.failures] == [("gateway_disconnected", 2), ("not_on_whatsapp", 1)]
    assert found.failures[0].label == "a instância está desconectada do WhatsApp" and found.failures[0].advice
    assert (found.accepted, found.judged) == (2, 0)  # nobody tells receipts yet
    database.execute("insert into aurora_proactive_instances (instance_name) values (%s)", [f"i-{organization}"])
    database.execute("update aurora_proactive_instances set acknowledged_at = now()")
    found = reader.present(organization)
    assert (found.accepted, found.judged, found.refused, found.silent) == (2, 2, 1, 0)
    assert reader.present(None).failed == 4


@pytest.fixture(autouse=True)
def _emptied(database: Connection) -> None:
    """Each test has the records for itself."""
    for table in ("aurora_proactive_messages", "aurora_proactive_instances", "aurora_proactive_breakers",
                  "aurora_proactive_pauses"):  # fmt: skip
        database.execute(f"delete from {table}")
    database.execute("delete from organizations")
