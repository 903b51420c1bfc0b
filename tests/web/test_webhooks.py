"""The gateway's webhooks: states, receipts and replies are kept once, whatever is repeated, early or in a burst."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import logging
import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
import redis

from proactive.gateways.phones import match_key, parse_phone
from sandbox.stack import LocalStack
from tests.support.world import Business, World
from tests.web.conftest import assert_problem

FIXTURES = Path(__file__).parents[1] / "fixtures" / "evolution"
PATH = "/webhooks/whatsapp/evolution"
Database = psycopg.Connection[dict[str, Any]]


class Gateway:
    """Tells the API what Evolution would, in its envelope."""

    def __init__(self, http: httpx.Client, secret: str) -> None:
        self._http, self._headers = http, {"Authorization": f"Bearer {secret}"}

    def tell(
        self, event: str, instance: str | None, data: Any, status: int | None = None, **more: Any
    ) -> httpx.Response:
        envelope = {
            "event": event, "instance": instance, "data": data, "destination": "http://here/",
            "date_time": "2026-11-22T18:06:48.556Z", "sender": "5511900000001@s.whatsapp.net",
            "server_url": "http://there", "apikey": "the-instance-token",
        }  # fmt: skip
        answer = self._http.post(PATH, json=envelope | more, headers=self._headers)
        talks = event.lower().replace("_", ".") in ("messages.upsert", "messages.edited", "messages.delete")
        assert answer.status_code == (status or (200 if talks else 204)), answer.text
        return answer

    def receipt(self, instance: str | None, gateway_id: str, status: str, **more: Any) -> None:
        data = {"keyId": gateway_id, "remoteJid": "5511999998888@s.whatsapp.net", "fromMe": True, "status": status}
        self.tell("messages.update", instance, data | {"messageId": "cm1"} | more)

    def reply(
        self, instance: str | None, gateway_id: str, jid: str, key: dict[str, Any] | None = None, **more: Any
    ) -> None:
        data = {
            "key": {"remoteJid": jid, "fromMe": False, "id": gateway_id} | (key or {}), "pushName": "Ana",
            "message": {"conversation": "sim, pode enviar"}, "messageType": "conversation",
            "messageTimestamp": int(time.time()),
        }  # fmt: skip
        self.tell("messages.upsert", instance, data | more)


@pytest.fixture(scope="module")
def gateway(http: httpx.Client, stack: LocalStack) -> Gateway:
    return Gateway(http, stack.webhook_secret)


def sent(database: Database, business: Business, gateway_id: str | None, ago: dt.timedelta = dt.timedelta()) -> UUID:
    """A message that went out; without `gateway_id` its record is still being written."""
    message_id = uuid4()
    metadata = {"attempts": 1} | ({"gateway_message_id": gateway_id} if gateway_id else {})
    database.execute(
        """insert into aurora_proactive_messages
             (id, organization_id, owner_number_id, message_type, status, sent_at, metadata)
           values (%s, %s, %s, 'daily_summary', %s, (now() - %s) at time zone 'UTC', %s)""",
        [
            message_id,
            business.organization,
            business.owner,
            "sent" if gateway_id else "pending",
            ago,
            json.dumps(metadata),
        ],
    )
    return message_id


def receipts(database: Database, message_id: UUID) -> dict[str, str]:
    row = database.execute("select metadata from aurora_proactive_messages where id = %s", [message_id]).fetchone()
    assert row
    found: dict[str, str] = row["metadata"].get("receipts", {})
    return found


def replies(database: Database, business: Business) -> list[dict[str, Any]]:
    query = "select * from aurora_proactive_replies where organization_id = %s order by gateway_message_id"
    return database.execute(query, [business.organization]).fetchall()


def state(database: Database, business: Business) -> str | None:
    row = database.execute(
        "select state from aurora_proactive_instance_states() where instance_name = %s", [business.instance]
    ).fetchone()
    return row["state"] if row else None


@pytest.mark.parametrize("secret", ["", "wrong", "the-instance-token"])
def test_only_who_has_the_secret_is_heard(http: httpx.Client, stack: LocalStack, secret: str) -> None:
    for headers in (
        {"Authorization": f"Bearer {secret}x"},
        {"Authorization": stack.webhook_secret},
        {"apikey": secret},
    ):
        assert_problem(http.post(PATH, json={"event": "x", "instance": "y"}, headers=headers), 401)
    assert_problem(http.post(PATH, json={}, headers={"Authorization": f"Bearer {stack.service_key}"}), 401)


#: What the events that we keep would be of, were they of those.
_TELLING: dict[str, Any] = {
    "state": "open", "keyId": "KNOWN", "fromMe": True, "status": "READ", "messageType": "conversation",
    "key": {"remoteJid": "5511999998888@s.whatsapp.net", "fromMe": False, "id": "IN"}, "messageTimestamp": 1,
}  # fmt: skip


def all_kept(database: Database) -> dict[str, Any]:
    """Everything that webhooks may write."""
    tables = ("messages", "receipts", "replies", "instances", "hours", "activity")
    found = {}
    for table in tables:
        rows = database.execute(f"select to_jsonb(t) as row from aurora_proactive_{table} t").fetchall()
        found[table] = sorted(json.dumps(row["row"], sort_keys=True, default=str) for row in rows)
    return found


@pytest.mark.parametrize("event", ["presence.update", "qrcode.updated", "chats.set", "x", "MESSAGES_UPSERT ", ""])
@pytest.mark.parametrize("data", [{"anything": [1]}, _TELLING, [_TELLING], None, "x"])
def test_an_event_that_we_do_not_keep_is_accepted_and_writes_nothing(
    gateway: Gateway, database: Database, ours: Business, event: str, data: Any
) -> None:
    sent(database, ours, "KNOWN")
    before = all_kept(database)
    answer = gateway.tell(event, ours.instance, data)
    assert answer.content == b""
    assert all_kept(database) == before


@pytest.mark.parametrize(
    ("event", "data"),
    [("connection.update", {}), ("messages.update", None), ("messages.upsert", {"key": {}}), ("messages.upsert", "x"),
     ("messages.update", {"status": "READ", "fromMe": True, "keyId": "x" * 300}), ("connection.update", {"state": []}),
     ("messages.update", {"status": "READ", "fromMe": True, "keyId": "a\u00e9"})],
)  # fmt: skip
def test_data_that_are_none_are_refused_for_good(gateway: Gateway, ours: Business, event: str, data: Any) -> None:
    assert_problem(gateway.tell(event, ours.instance, data, 422), 422)


@pytest.mark.parametrize(("state", "jobs"), [("open", 1), ("connecting", 0), ("close", 0)])
def test_an_instance_that_opened_has_a_worker_look_for_what_it_failed_to_send(
    gateway: Gateway, queue: redis.Redis, world: World, state: str, jobs: int
) -> None:
    business = world.business()
    gateway.tell("connection.update", business.instance, {"state": state, "statusReason": 200})
    waiting = cast("list[bytes]", queue.lrange("rq:queue:aurora-proactive", 0, -1))
    assert len([job for job in waiting if job.startswith(b"reconnected-")]) == jobs


def test_a_burst_leaves_the_last_state_and_hides_what_it_went_through(
    gateway: Gateway, database: Database, world: World
) -> None:
    business = world.business()
    gateway.tell("connection.update", business.instance, {"state": "open", "statusReason": 200})
    assert state(database, business) == "open"
    database.execute(
        "update aurora_proactive_instances set since = now() - interval '1 hour' where instance_name = %s",
        [business.instance],
    )
    for number in range(66):
        name = "connecting" if number % 2 else "close"
        gateway.tell("connection.update", business.instance, {"state": name, "statusReason": 428})
    assert state(database, business) == "open"
    database.execute(
        "update aurora_proactive_instances set since = since - interval '5 seconds' where instance_name = %s",
        [business.instance],
    )
    assert state(database, business) == "connecting"


def test_repeated_and_late_states_change_nothing(gateway: Gateway, database: Database, world: World) -> None:
    business = world.business()
    query = "select * from aurora_proactive_instances where instance_name = %s"
    gateway.tell("connection.update", business.instance, {"state": "close", "statusReason": 401})
    first = database.execute(query, [business.instance]).fetchall()
    for _ in range(10):
        gateway.tell("connection.update", business.instance, {"state": "close", "statusReason": 401})
    gateway.tell("connection.update", business.instance, {"state": "open"}, date_time="2026-11-22T18:06:40.000Z")
    assert database.execute(query, [business.instance]).fetchall() == first
    gateway.tell("connection.update", "an-instance-that-nobody-has", {"state": "open"})
    assert database.execute(query, ["an-instance-that-nobody-has"]).fetchall() == []


def test_receipts_are_kept_in_the_message_once(gateway: Gateway, database: Database, world: World) -> None:
    business = world.business()
    gateway_id = f"3EB0{uuid4().hex[:18].upper()}"
    message_id = sent(database, business, gateway_id)
    for status in ("PENDING", "SERVER_ACK", "DELIVERY_ACK", "READ"):
        gateway.receipt(business.instance, gateway_id, status)
    first = receipts(database, message_id)
    assert set(first) == {"server_ack_at", "delivered_at", "read_at"}
    for status in ("READ", "PLAYED", "SERVER_ACK", "DELIVERY_ACK"):
        gateway.receipt(business.instance, gateway_id, status)
    assert receipts(database, message_id) == first
    gateway.receipt(business.instance, gateway_id, "ERROR")
    assert set(receipts(database, message_id)) == {*first, "error", "error_at"}


def test_receipts_of_others_change_nothing(
    gateway: Gateway, database: Database, world: World, theirs: Business
) -> None:
    business = world.business()
    gateway_id = uuid4().hex
    message_id = sent(database, business, gateway_id)
    gateway.receipt(theirs.instance, gateway_id, "READ")
    gateway.receipt("nobodys", gateway_id, "READ")
    gateway.receipt(business.instance, gateway_id, "READ", fromMe=False)
    gateway.receipt(business.instance, uuid4().hex, "READ")
    assert receipts(database, message_id) == {}


def test_a_receipt_that_is_faster_than_the_record_waits_for_it(
    gateway: Gateway, database: Database, world: World, theirs: Business
) -> None:
    business = world.business()
    gateway_id = uuid4().hex
    message_id = sent(database, business, None)
    for instance in (business.instance, theirs.instance):
        for status in ("SERVER_ACK", "DELIVERY_ACK", "DELIVERY_ACK"):
            gateway.receipt(instance, gateway_id, status)
    gateway.receipt(theirs.instance, gateway_id, "READ")
    assert receipts(database, message_id) == {}
    row = {"id": str(message_id), "organization_id": str(business.organization), "status": "sent",
           "owner_number_id": str(business.owner), "message_type": "daily_summary", "sent_at": "2026-11-22T18:06:48Z",
           "metadata": {"gateway_message_id": gateway_id}}  # fmt: skip
    database.execute("select aurora_proactive_write_record(%s)", [json.dumps(row)])
    assert set(receipts(database, message_id)) == {"server_ack_at", "delivered_at"}


def test_receipts_and_records_written_at_once_always_meet(gateway: Gateway, stack: LocalStack, world: World) -> None:
    business = world.business()

    def race(_: int) -> set[str]:
        gateway_id = uuid4().hex
        with psycopg.connect(stack.dsn, autocommit=True) as connection, ThreadPoolExecutor(1) as pool:
            told = pool.submit(gateway.receipt, business.instance, gateway_id, "READ")
            row = connection.execute(
                """insert into aurora_proactive_messages
                     (organization_id, owner_number_id, message_type, status, metadata)
                   values (%s, %s, 'birthdays', 'sent', %s) returning id""",
                [business.organization, business.owner, json.dumps({"gateway_message_id": gateway_id})],
            ).fetchone()
            told.result()
            assert row
            found = connection.execute(
                "select metadata -> 'receipts' from aurora_proactive_messages where id = %s", row
            ).fetchone()
            assert found
            return set(found[0] or {})

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(race, range(40))) == [{"read_at"}] * 40


def test_an_owners_reply_answers_what_was_sent_last(gateway: Gateway, database: Database, world: World) -> None:
    business = world.business()
    quoted = sent(database, business, "QUOTED", dt.timedelta(hours=3))
    latest = sent(database, business, "LATEST", dt.timedelta(hours=1))
    jid = f"55{business.phone}@s.whatsapp.net"
    for _ in range(3):
        gateway.reply(business.instance, "IN1", jid)
    gateway.reply(business.instance, "IN2", jid, contextInfo={"stanzaId": "QUOTED", "participant": "x"})
    gateway.reply(business.instance, "IN3", "123456789@lid", {"remoteJidAlt": jid, "addressingMode": "lid"})
    gateway.reply(business.instance, "IN4", "5521988887777@s.whatsapp.net")
    gateway.reply(business.instance, "IN5", "987654321@lid")
    kept = replies(database, business)
    assert [(row["gateway_message_id"], row["owner_number_id"], row["answers"]) for row in kept] == [
        ("IN1", business.owner, latest), ("IN2", business.owner, quoted), ("IN3", business.owner, latest),
        ("IN4", None, None), ("IN5", None, None),
    ]  # fmt: skip
    columns = json.dumps(kept, default=str)
    assert str(business.phone)[-8:] not in columns and "pode" not in columns


def test_a_session_as_evolution_tells_it_is_kept_once_however_often_it_is_told(
    gateway: Gateway, database: Database, world: World
) -> None:
    """The fields and the order are those of a real Evolution API 2.3.7."""
    business, gateway_id = world.business(), uuid4().hex.upper()
    message_id = sent(database, business, gateway_id)
    jid, extra = f"55{business.phone}@s.whatsapp.net", {"instanceId": str(uuid4()), "source": "web"}
    out = {"remoteJid": jid, "fromMe": True, "id": gateway_id}
    alt = {"remoteJid": jid, "fromMe": False, "id": "IN2", "remoteJidAlt": jid, "addressingMode": "lid"}
    said = {"pushName": "Ana", "message": {"conversation": "SIM!"}, "messageType": "conversation",
            "messageTimestamp": int(time.time()), "status": "DELIVERY_ACK"}  # fmt: skip
    state_of = {"instance": business.instance, "statusReason": 200}
    events: list[tuple[str, str, dict[str, Any]]] = [
        ("48", "connection.update", state_of | {"state": "connecting"}),
        ("50", "connection.update", state_of | {"state": "open", "wuid": jid, "profilePictureUrl": None}),
        ("51", "send.message", extra | said | {"key": out, "status": "PENDING"}),
        *(("52", "messages.update", {"keyId": gateway_id, "remoteJid": jid, "fromMe": True, "status": status} | extra)
          for status in ("SERVER_ACK", "DELIVERY_ACK", "READ", "ERROR")),
        ("56", "messages.upsert", extra | said | {"key": {"remoteJid": jid, "fromMe": False, "id": "IN1"}}),
        ("58", "messages.upsert", extra | said | {"key": alt}),
        ("59", "connection.update", state_of | {"state": "close", "statusReason": 401}),
    ]  # fmt: skip
    for second, event, data in events + random.Random(5).choices(events, k=60):
        gateway.tell(event, business.instance, data, date_time=f"2026-11-22T18:06:{second}.556Z")
    assert state(database, business) == "close"
    assert set(receipts(database, message_id)) == {"server_ack_at", "delivered_at", "read_at", "error_at", "error"}
    kept = [(row["gateway_message_id"], row["owner_number_id"], row["answers"]) for row in replies(database, business)]
    assert kept == [("IN1", business.owner, message_id), ("IN2", business.owner, message_id)]


def test_what_is_no_reply_is_not_kept(gateway: Gateway, database: Database, world: World) -> None:
    business = world.business()
    sent(database, business, "OLD", dt.timedelta(days=4))
    jid = f"55{business.phone}@s.whatsapp.net"
    gateway.reply(business.instance, "OUT", jid, {"fromMe": True})
    gateway.reply(business.instance, "GROUP", "12036304@g.us")
    gateway.reply(business.instance, "STATUS", "status@broadcast")
    gateway.reply(business.instance, "EDIT", jid, messageType="protocolMessage")
    assert replies(database, business) == []
    gateway.reply(business.instance, "LATE", jid, messageTimestamp={"low": int(time.time()), "high": 0})
    (row,) = replies(database, business)
    assert (row["owner_number_id"], row["answers"]) == (business.owner, None)


@pytest.mark.parametrize(
    "typed",
    ["11999998888", "(11) 99999-8888", "5511999998888", "+55 (11) 99999-8888", "0 15 11 99999-8888", "011999998888",
     "00 55 11 99999-8888", "31999998888", "55999998888", "1133334444", "3199998888", "+1 202 555 0123",
     "001 202 555 0123"],
)  # fmt: skip
def test_the_database_knows_a_number_by_the_same_key(database: Database, typed: str) -> None:
    row = database.execute("select aurora_proactive_phone_key(%s) as key", [typed]).fetchone()
    assert row and row["key"] == match_key(parse_phone(typed).digits)


def test_nothing_secret_is_logged(
    gateway: Gateway, ours: Business, caplog: pytest.LogCaptureFixture, http: httpx.Client, stack: LocalStack
) -> None:
    with caplog.at_level(logging.DEBUG):
        gateway.reply(ours.instance, "IN9", "5511977776666@s.whatsapp.net")
        gateway.tell("messages.upsert", ours.instance, {"key": "5511977776666"}, 422)
    for secret in ("the-instance-token", "977776666", "pode enviar", stack.webhook_secret):
        assert secret not in caplog.text


def delivery(database: Database, message_id: UUID) -> str | None:
    row = database.execute("select metadata ->> 'delivery' as d from aurora_proactive_messages where id = %s",
                           [message_id]).fetchone()  # fmt: skip
    assert row
    return str(row["d"]) if row["d"] else None


def told(gateway_id: str, status: str, ago: float) -> tuple[dict[str, Any], str]:
    """A receipt that WhatsApp gave so many seconds ago: its data and its own time."""
    at = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=ago)
    data = {"keyId": gateway_id, "remoteJid": "5511999998888@s.whatsapp.net", "fromMe": True, "status": status}
    return data, at.isoformat()


RANKS = {"READ": "read", "DELIVERY_ACK": "delivered", "ERROR": "refused", "SERVER_ACK": "on_its_way", "": "accepted"}


@pytest.mark.parametrize("known", ["", "SERVER_ACK", "ERROR", "DELIVERY_ACK", "READ"])
def test_delivery_is_what_the_receipts_prove_in_whatever_order_they_come(
    gateway: Gateway, database: Database, world: World, known: str
) -> None:
    """Those that prove no more than `known`, in every order, each of them twice, half of them before the row."""
    business = world.business()
    ranks = list(RANKS)
    proven = [status for status in ranks[ranks.index(known) :] if status]
    outcomes = set()
    base = dt.datetime.now(dt.UTC).replace(microsecond=0) - dt.timedelta(minutes=20)
    for order in itertools.permutations(proven):
        gateway_id, early = uuid4().hex, len(order) // 2
        tell = [(status, base + dt.timedelta(seconds=ranks.index(status))) for status in order * 2]

        def send(events: list[tuple[str, dt.datetime]], gateway_id: str = gateway_id) -> None:
            for status, at in events:
                gateway.tell("messages.update", business.instance, told(gateway_id, status, 0)[0],
                             date_time=at.isoformat())  # fmt: skip

        send(tell[:early])
        message_id = sent(database, business, gateway_id)
        send(tell[early:])
        kept = receipts(database, message_id)
        assert all(dt.datetime.fromisoformat(kept[name]) >= base for name in kept if name != "error")
        outcomes.add((delivery(database, message_id), json.dumps(kept, sort_keys=True)))
    assert len(outcomes) == 1
    assert outcomes.pop()[0] == RANKS[known]


def test_a_receipt_has_its_own_time_and_of_two_of_a_kind_the_earlier_one(
    gateway: Gateway, database: Database, world: World
) -> None:
    business, gateway_id = world.business(), uuid4().hex
    message_id = sent(database, business, gateway_id)
    at = {}
    for ago in (600.0, 900.0, 300.0):
        data, at[ago] = told(gateway_id, "READ", ago)
        gateway.tell("messages.update", business.instance, data, date_time=at[ago])
    assert dt.datetime.fromisoformat(receipts(database, message_id)["read_at"]) == dt.datetime.fromisoformat(at[900.0])
    data, future = told(gateway_id, "SERVER_ACK", -3600)
    gateway.tell("messages.update", business.instance, data, date_time=future)
    arrived = dt.datetime.fromisoformat(receipts(database, message_id)["server_ack_at"])
    assert abs(arrived - dt.datetime.now(dt.UTC)) < dt.timedelta(seconds=30)


def test_a_state_that_is_told_late_does_not_undo_a_newer_one(
    gateway: Gateway, database: Database, world: World
) -> None:
    business, now = world.business(), dt.datetime.now(dt.UTC)
    states = [("close", 600), ("open", 480), ("close", 540), ("open", 300), ("close", 420)]
    for state_, ago in states:
        gateway.tell("connection.update", business.instance, {"state": state_},
                     date_time=(now - dt.timedelta(seconds=ago)).isoformat())  # fmt: skip
    row = database.execute(
        "select state from aurora_proactive_instances where instance_name = %s", [business.instance]
    ).fetchone()
    assert row == {"state": "open"}


def test_what_another_organisation_is_told_neither_reaches_a_message_nor_keeps_its_own_receipts_away(
    gateway: Gateway, database: Database, world: World, theirs: Business
) -> None:
    business, gateway_id = world.business(), uuid4().hex
    for status in ("READ", "ERROR"):
        gateway.receipt(theirs.instance, gateway_id, status)
    gateway.receipt(business.instance, gateway_id, "READ")
    message_id = sent(database, business, gateway_id)
    assert (set(receipts(database, message_id)), delivery(database, message_id)) == ({"read_at"}, "read")
    gateway.receipt(theirs.instance, gateway_id, "ERROR")
    assert set(receipts(database, message_id)) == {"read_at"}


def test_a_thousand_receipts_in_one_body_are_kept_at_once(gateway: Gateway, database: Database, world: World) -> None:
    business, ids = world.business(), [uuid4().hex for _ in range(500)]
    kept = [sent(database, business, gateway_id) for gateway_id in ids]
    statuses = ("SERVER_ACK", "READ")
    items = [told(gateway_id, status, 1)[0] for gateway_id in ids for status in statuses]
    items[7] = {"keyId": "\x00", "status": "READ", "fromMe": True}
    began = time.monotonic()
    gateway.tell("messages.update", business.instance, items)
    assert time.monotonic() - began < 2
    found = [delivery(database, message_id) for message_id in kept]
    assert found.count("read") == 499 and found[3] == "on_its_way"


@pytest.mark.parametrize("size", [10_000, 200_000, 900_000])
def test_an_answer_with_a_picture_counts(gateway: Gateway, database: Database, world: World, size: int) -> None:
    business = world.business()
    message_id = sent(database, business, uuid4().hex)
    picture = {"imageMessage": {"jpegThumbnail": {str(n): n % 256 for n in range(size // 10)}, "caption": "olha"}}
    jid = f"55{business.phone}@s.whatsapp.net"
    gateway.reply(business.instance, "PICTURE", jid, message=picture, messageType="imageMessage")
    (row,) = replies(database, business)
    assert (row["owner_number_id"], row["answers"]) == (business.owner, message_id)


def test_a_body_of_more_than_8_mb_is_not_read(gateway: Gateway, ours: Business) -> None:
    answer = gateway.tell("messages.upsert", ours.instance, "x" * (8 * 1024 * 1024), 413)
    assert "8 MB" in assert_problem(answer, 413)["detail"]


UNKEEPABLE: dict[str, tuple[Any, ...]] = {
    "sender": ("55\x001", "55\ud8001", "x" * 100_000, "", "\u0000", "5511" * 900),
    "instance": ("shop\x00", "shop\ud800", "x" * 201, "", None, 7, []),
    "id": ("\x00", "\ud83d", "x" * 201, "", None, 7, "é", "a b"),
    "timestamp": (10**400, -1, "\x00", {"low": "\ud800"}, [[]], 253402300800, True),
    "quoted": ("\x00", "\ud800", "x" * 300, 7, {}),
    "date_time": ("\x00", "\ud800", 10**400, "9999-12-31T23:59:59-23:59", {}),
    "event": ("messages.upsert\x00", "\ud800", "x" * 101, None, 7),
    "data": (None, [], [[[]]], "\ud800", {"key": "\x00"}),
}


@pytest.mark.parametrize("changes", [{name: value} for name, values in UNKEEPABLE.items() for value in values])
def test_what_can_never_be_kept_is_never_asked_for_again(
    http: httpx.Client, stack: LocalStack, ours: Business, changes: dict[str, Any]
) -> None:
    sender = changes.get("sender", "5511999998888")
    data = {
        "key": {"remoteJid": f"{sender}@s.whatsapp.net", "fromMe": False, "id": changes.get("id", uuid4().hex)},
        "messageTimestamp": changes.get("timestamp", 1),
        "contextInfo": {"stanzaId": changes.get("quoted", "A")},
    }
    body = {"event": "messages.upsert", "instance": ours.instance, "data": data, "date_time": None} | {
        name: value for name, value in changes.items() if name in ("event", "instance", "date_time", "data")
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {stack.webhook_secret}", "Content-Type": "application/json"}
    answer = http.post(PATH, content=json.dumps(body), headers=headers)
    assert answer.status_code in (200, 204, 422), answer.text


@pytest.mark.parametrize("body", [b"", b"x", b"[1", b"\xff\xfe", b"[" * 100_000, b"7", b"null", b"[]", b'{"a":1}'])
def test_a_body_that_is_no_event_is_refused_for_good(http: httpx.Client, stack: LocalStack, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {stack.webhook_secret}", "Content-Type": "application/json"}
    answer = http.post(PATH, content=body, headers=headers)
    assert_problem(answer, answer.status_code)
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize("suffix", ["messages-update", "MESSAGES_UPDATE", "connection-update"])
def test_an_address_for_every_event_is_the_same(
    http: httpx.Client, stack: LocalStack, database: Database, world: World, suffix: str
) -> None:
    business, gateway_id = world.business(), uuid4().hex
    message_id = sent(database, business, gateway_id)
    body = {"event": "MESSAGES_UPDATE", "instance": business.instance, "data": told(gateway_id, "READ", 0)[0]}
    headers = {"Authorization": f"Bearer {stack.webhook_secret}"}
    assert http.post(f"{PATH}/{suffix}", json=body, headers=headers).status_code == 204
    assert delivery(database, message_id) == "read"
    assert http.post(f"{PATH}/{suffix}", json=body).status_code == 401


def test_the_captured_events_are_taken_twice_shuffled_and_side_by_side(
    gateway: Gateway, database: Database, world: World
) -> None:
    """Every body that a real Evolution API 2.3.7 sent, for an instance of ours."""
    business, chance = world.business(), random.Random(3)
    bodies = [json.loads(path.read_text("utf-8")) for path in sorted(FIXTURES.glob("webhook-*.json"))]
    bodies += [json.loads(line)["body"] for line in (FIXTURES / "evolution-webhooks.jsonl").read_text().splitlines()]
    message_id = sent(database, business, "3EB010D67CE4D1003413BB")
    refused = sent(database, business, "3EB01324E31911AC4E94A1")
    events = bodies * 6
    chance.shuffle(events)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda body: gateway.tell(
            body["event"], business.instance, body["data"], date_time=body["date_time"]), events))  # fmt: skip
    kept = receipts(database, message_id)
    assert delivery(database, message_id) == "read"
    assert (kept["read_at"], kept["error_at"]) == ("2026-11-22T18:06:54.454+00:00", "2026-11-22T18:06:55.678+00:00")
    assert delivery(database, refused) == "refused"
    assert state(database, business) == "close"
    quoted = {row["gateway_message_id"] for row in replies(database, business)}
    assert {"IN1", "3A356B5B9CDC1A4D1C4F"} & quoted and len(quoted) == len(replies(database, business))


def test_a_burst_is_taken_fast(gateway: Gateway, world: World) -> None:
    business = world.business()
    with ThreadPoolExecutor(8) as pool:
        started = time.monotonic()
        list(pool.map(lambda n: gateway.receipt(business.instance, f"B{n}", "READ"), range(200)))
    assert time.monotonic() - started < 10
