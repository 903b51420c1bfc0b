"""Deliveries: what nothing is heard of turns silent, and what was heard of unknown outcomes settles them."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from proactive.gateways.evolution.webhooks import ReceiptEvent
from proactive.records.deliveries import Deliveries
from proactive.records.inbound import Heard, Inbound
from proactive.records.store import Records
from proactive.storage.supabase import Database
from tests.records.conftest import Business, Connection

NOW = dt.datetime.now(dt.UTC)


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
    told(supabase, str(other), ours, "delivered_at")
    Deliveries(supabase).settle_heard()
    assert row(database, lost)["status"] == "failed"
    database.execute("delete from organizations where id = %s", [other])


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
