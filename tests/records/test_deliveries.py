"""Deliveries: what nothing is heard of turns silent, and what was heard of unknown outcomes settles them."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
import redis

from proactive.gateways.evolution.events import ReceiptEvent
from proactive.model.failure_reasons import FailureReason
from proactive.records.deliveries import Deliveries
from proactive.records.inbound import Heard, Inbound
from proactive.records.store import Records
from proactive.storage.redis import lease_key
from proactive.storage.supabase import Database
from tests.records.conftest import Business, Connection, acquire, settle_failed

NOW = dt.datetime.now(dt.UTC)


@pytest.fixture(autouse=True)
def nothing_told_before(database: Connection) -> None:
    database.execute("truncate aurora_proactive_receipts")


@pytest.fixture
def instance(database: Connection, business: Business) -> str:
    name = f"org-{uuid4().hex[:8]}"
    query = "insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, 'connected')"
    database.execute(query, [business.organization, name])
    return name


def message(
    database: Connection, business: Business, ago: float, status: str = "sent", **metadata: Any
) -> tuple[UUID, str]:
    """A message that was sent so many seconds ago, and its id at the gateway."""
    message_id, gateway_id = uuid4(), uuid4().hex
    known = {"gateway_message_id": gateway_id, "remote_jid": "5511@s.whatsapp.net"} if status == "sent" else {}
    database.execute(
        """insert into aurora_proactive_messages
             (id, organization_id, owner_number_id, message_type, status, sent_at, error_message, metadata)
           values (%s, %s, %s, 'birthdays', %s, (now() - make_interval(secs => %s)) at time zone 'utc', %s, %s)""",
        [message_id, business.organization, business.owner, status, ago, None if status == "sent" else "lost",
         json.dumps(known | metadata)],
    )  # fmt: skip
    return message_id, gateway_id


def row(database: Connection, message_id: UUID) -> dict[str, Any]:
    found = database.execute("select * from aurora_proactive_messages where id = %s", [message_id]).fetchone()
    assert found
    return found


def told(database: Database, instance: str, gateway_id: str, receipt: str) -> None:
    Inbound(database).keep([Heard(instance, ReceiptEvent(gateway_id, receipt, NOW))])


def test_what_was_accepted_five_minutes_ago_and_not_heard_of_is_silent(
    database: Connection, business: Business, supabase: Database, instance: str
) -> None:
    young, old, heard = (message(database, business, ago) for ago in (280, 320, 320))
    told(supabase, instance, heard[1], "server_ack_at")
    Deliveries(supabase).mark_silent()
    found = [row(database, each[0])["metadata"]["delivery"] for each in (young, old, heard)]
    assert found == ["accepted", "silent", "on_its_way"]
    assert row(database, old[0])["status"] == "sent"
    told(supabase, instance, old[1], "read_at")
    assert row(database, old[0])["metadata"]["delivery"] == "read"


def test_a_silent_message_is_asked_about_four_times_and_no_more(
    database: Connection, business: Business, supabase: Database, instance: str
) -> None:
    message_id, gateway_id = message(database, business, 331)
    deliveries = Deliveries(supabase)
    deliveries.mark_silent()
    asked_at = []
    for age in (331, 400, 901, 1000, 3601, 21_601, 30_000, 80_000):
        database.execute(
            "update aurora_proactive_messages set sent_at = (now() - make_interval(secs => %s)) at time zone 'utc'"
            " where id = %s", [age, message_id],
        )  # fmt: skip
        for one in [one for one in deliveries.silent(50) if one.id == message_id]:
            assert (one.instance, one.gateway_message_id) == (instance, gateway_id)
            deliveries.checked(one)
            asked_at.append(age)
    assert asked_at == [331, 901, 3601, 21_601]


def test_an_unknown_outcome_is_settled_by_what_is_heard_of_one_of_its_ids(
    database: Connection, business: Business, supabase: Database, instance: str, records: Records
) -> None:
    ours, other = uuid4().hex, uuid4().hex
    unknown = {"message_ids": [other, ours], "failure": {"code": "delivery_unknown_not_shown"}}
    lost, _ = message(database, business, 60, "failed", **unknown)
    refused, _ = message(database, business, 60, "failed", message_ids=[ours], failure={"code": "not_on_whatsapp"})
    assert records.heard(instance, [ours, other]) is None
    told(supabase, instance, ours, "accepted_at")
    told(supabase, instance, ours, "delivered_at")
    assert records.heard(instance, [other, ours]) == ours
    assert records.heard(instance, []) is None
    assert records.heard("another", [ours]) is None
    assert Deliveries(supabase).settle_heard() == 1
    settled = row(database, lost)
    assert (settled["status"], settled["error_message"]) == ("sent", None)
    assert {name: settled["metadata"].get(name) for name in ("gateway_message_id", "delivery", "failure")} == {
        "gateway_message_id": ours, "delivery": "delivered", "failure": None
    }  # fmt: skip
    assert row(database, refused)["status"] == "failed"
    assert Deliveries(supabase).settle_heard() == 0


def test_another_organisations_instance_settles_nothing(
    database: Connection, business: Business, supabase: Database, instance: str
) -> None:
    ours, other = uuid4().hex, uuid4()
    database.execute("insert into organizations (id, name) values (%s, 'x')", [other])
    database.execute(
        "insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, 'connected')",
        [other, str(other)],
    )
    lost, _ = message(database, business, 60, "failed", message_ids=[ours], failure={"code": "delivery_unknown_x"})
    held, _ = message(database, business, 60, "pending", claim={"message_id": ours, "at": 1.0})
    told(supabase, str(other), ours, "delivered_at")
    Deliveries(supabase).settle_heard()
    assert [row(database, each)["status"] for each in (lost, held)] == ["failed", "pending"]
    database.execute("delete from organizations where id = %s", [other])


PROOFS = ["accepted_at", "server_ack_at", "delivered_at", "read_at"]


@pytest.mark.parametrize("receipt", PROOFS)
@pytest.mark.parametrize("told_first", [True, False])
@pytest.mark.parametrize("takes_over", [True, False])
def test_what_is_heard_of_a_message_whose_lease_is_held_proves_that_it_was_accepted(
    database: Connection, business: Business, supabase: Database, instance: str, redis_client: redis.Redis,
    receipt: str, told_first: bool, takes_over: bool,
) -> None:  # fmt: skip
    task = business.task()
    entry = business.entry(task)
    records = Records(supabase, redis_client, 600.0)
    lease = acquire(records, entry, "a")
    assert records.begin(entry, lease)
    if takes_over:  # it runs out, and another finds out what happened under it
        hurried = Records(supabase, redis_client, 0.0)
        redis_client.delete(lease_key(task.occurrence.id))
        held = acquire(hurried, entry, "b")
        assert (held.outcome, held.earlier_ids) == ("unknown", (lease.message_id,))
    if told_first:
        told(supabase, instance, lease.message_id, receipt)
    Deliveries(supabase).settle_heard()
    assert row(database, task.occurrence.id)["status"] == "pending"  # whoever has just begun says so itself
    database.execute(
        "update aurora_proactive_messages set metadata = jsonb_set(metadata, '{claim,at}', to_jsonb("
        "(metadata #>> '{claim,at}')::float - 16)) where id = %s",
        [task.occurrence.id],
    )
    if not told_first:
        told(supabase, instance, lease.message_id, receipt)
    assert Deliveries(supabase).settle_heard() == 1
    settled = row(database, task.occurrence.id)
    assert (settled["status"], settled["content"], settled["error_message"]) == ("sent", "Olá!", None)
    assert settled["metadata"]["gateway_message_id"] == lease.message_id
    assert "claim" not in settled["metadata"]
    # whatever the attempt makes of it, it stays sent, and nobody sends it again
    records.release(entry, lease, maybe_accepted=True)
    settle_failed(records, entry, FailureReason.UNKNOWN_NOT_SHOWN)
    redis_client.delete(lease_key(task.occurrence.id))
    assert acquire(records, entry, "c").outcome == "sent"
    assert row(database, task.occurrence.id)["status"] == "sent"
    assert records.reopen(task.occurrence.id) is None


@pytest.mark.parametrize("receipt", PROOFS)
@pytest.mark.parametrize("told_first", [True, False])
def test_what_failed_as_unknown_is_sent_once_it_is_heard_of(
    database: Connection, business: Business, supabase: Database, instance: str, records: Records, receipt: str,
    told_first: bool,
) -> None:  # fmt: skip
    task = business.task()
    entry = business.entry(task)
    lease = acquire(records, entry, "a")
    records.begin(entry, lease)
    if told_first:
        told(supabase, instance, lease.message_id, receipt)
    settle_failed(records, entry.handed_over_as(lease.handed_over), FailureReason.UNKNOWN_NOT_SHOWN)
    if not told_first:
        told(supabase, instance, lease.message_id, receipt)
    assert Deliveries(supabase).settle_heard() == 1
    settled = row(database, task.occurrence.id)
    assert (settled["status"], settled["metadata"]["gateway_message_id"]) == ("sent", lease.message_id)
    assert acquire(records, entry, "b").outcome != "claimed"


@pytest.mark.parametrize("status", ["pending", "failed"])
def test_that_whatsapp_refused_it_settles_nothing(
    database: Connection, business: Business, supabase: Database, instance: str, status: str
) -> None:
    ours = uuid4().hex
    lost, _ = message(database, business, 60, status, message_ids=[ours], failure={"code": "delivery_unknown_x"})
    told(supabase, instance, ours, "error_at")
    assert Deliveries(supabase).settle_heard() == 0
    assert row(database, lost)["status"] == status
    told(supabase, instance, ours, "read_at")
    assert Deliveries(supabase).settle_heard() == 1
    assert row(database, lost)["metadata"]["delivery"] == "read"


@pytest.mark.parametrize(
    "metadata", [{}, {"claim": {}}, {"claim": {"by": "a"}, "message_ids": "x"}, {"claim": {"message_ids": "x"}}]
)
def test_a_pending_row_that_names_no_id_is_heard_of_by_nobody(
    database: Connection, business: Business, supabase: Database, instance: str, metadata: dict[str, Any]
) -> None:
    waiting, _ = message(database, business, 60, "pending", **metadata)
    told(supabase, instance, "x", "read_at")
    assert Deliveries(supabase).settle_heard() == 0
    assert row(database, waiting)["status"] == "pending"


def test_receipts_wait_for_a_day(database: Connection, supabase: Database, instance: str) -> None:
    old, new = uuid4().hex, uuid4().hex
    for gateway_id in (old, new):
        told(supabase, instance, gateway_id, "read_at")
    database.execute(
        "update aurora_proactive_receipts set told_at = now() - interval '25 hours' where gateway_message_id = %s",
        [old],
    )
    assert Deliveries(supabase).forget_receipts() >= 1
    left = database.execute("select gateway_message_id as id from aurora_proactive_receipts").fetchall()
    assert old not in {each["id"] for each in left} and new in {each["id"] for each in left}
