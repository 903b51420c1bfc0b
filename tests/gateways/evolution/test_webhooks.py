"""What the gateway's events say, read without a text and without a number."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from proactive.gateways.evolution.events import ConnectionEvent, ReceiptEvent, ReplyEvent
from proactive.gateways.evolution.webhooks import read_events
from proactive.gateways.phones import match_key

NOW = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)
AT = NOW - dt.timedelta(minutes=5)
KEY = {"id": "3EB0", "remoteJid": "5511987654321@s.whatsapp.net", "fromMe": False}
FIXTURES = Path(__file__).parents[2] / "fixtures" / "evolution"
#: What the captured webhooks are to us; the others are nothing of ours.
READ_AS = {
    f"webhook-{name}": ["ReplyEvent"]
    for name in ("audio-quoted", "image-caption", "lid-with-alt", "lid-without-alt", "lid-without-alt-quoted",
                 "reply-quoted", "reply-quoted-ephemeral-chat", "reply-quoted-ephemeral-wrapper")
}  # fmt: skip
READ_AS |= {
    f"webhook-{name}": ["ReplyEvent"]
    for name in ("reaction", "reaction-removed", "edit", "edit-messages-edited", "delete", "delete-messages-edited")
}
READ_AS |= {"webhook-typed-on-the-phone": ["WrittenEvent"]}
READ_AS |= {"webhook-messages-update-error": ["ReceiptEvent"]}
READ_AS |= {"webhook-connection-close-logged-out": ["ConnectionEvent"]}
REPLY = {
    "key": KEY, "messageType": "conversation", "messageTimestamp": int(AT.timestamp()),
    "message": {"conversation": "oi"},
}  # fmt: skip


def read(name: str, data: Any) -> list[Any]:
    return read_events(name, data, AT, NOW)


@pytest.mark.parametrize("name", ["connection.update", "CONNECTION_UPDATE", "connection-update", "Connection.Update"])
def test_a_connection_is_a_state_with_its_reason_and_its_moment(name: str) -> None:
    assert read(name, {"state": "close", "statusReason": 401}) == [ConnectionEvent("close", 401, AT)]


@pytest.mark.parametrize("reason", [None, "x", 1000, -1, True, 10**30, 4.5, [401]])
def test_a_reason_that_is_none_is_left_out(reason: Any) -> None:
    data = {"state": "open", "statusReason": reason}
    assert read("connection.update", data) == [ConnectionEvent("open", None, AT)]


@pytest.mark.parametrize(
    ("name", "data", "event"),
    [
        ("status.instance", {"instance": "fx", "status": "closed", "disconnectionReasonCode": 403},
         ConnectionEvent("close", 403, AT)),
        ("STATUS_INSTANCE", {"instance": "fx", "status": "open"}, ConnectionEvent("open", None, AT)),
        ("logout.instance", {"instance": "fx"}, ConnectionEvent("close", 401, AT)),
        ("LOGOUT_INSTANCE", None, ConnectionEvent("close", 401, AT)),
        ("remove.instance", {"instance": "fx"}, ConnectionEvent("close", None, AT)),
        ("connection.update", {"state": "refused", "statusReason": 500}, ConnectionEvent("refused", 500, AT)),
    ],
)  # fmt: skip
def test_an_instance_that_is_closed_says_so_in_several_ways(name: str, data: Any, event: ConnectionEvent) -> None:
    assert read(name, data) == [event]


def test_a_state_and_an_event_that_we_do_not_know_are_nothing_of_ours() -> None:
    assert read("connection.update", {"state": "paused"}) == []
    assert read("chats.update", {"anything": 1}) == []


@pytest.mark.parametrize(
    ("status", "receipt"),
    [("SERVER_ACK", "server_ack_at"), ("delivery_ack", "delivered_at"), ("READ", "read_at"), ("PLAYED", "read_at"),
     ("ERROR", "error_at"), ("PENDING", "accepted_at")],
)  # fmt: skip
def test_what_became_of_our_message_is_a_receipt(status: str, receipt: str) -> None:
    assert read("messages.update", {"keyId": "3EB0", "status": status, "fromMe": True}) == [
        ReceiptEvent("3EB0", receipt, AT)
    ]
    told = {"key": {"id": "3EB0"}, "status": status, "messageTimestamp": int(AT.timestamp())}
    assert read("send.message", told) == [ReceiptEvent("3EB0", receipt, AT)]


def test_a_receipt_of_somebody_elses_message_or_of_nothing_new_is_none() -> None:
    assert read("messages.update", {"keyId": "3EB0", "status": "READ", "fromMe": False}) == []
    edited = {"editedMessage": {"message": {"conversation": "sim"}}}
    assert read("messages.update", {"keyId": "3EB0", "status": "SERVER_ACK", "fromMe": True, "message": edited}) == []
    assert read("send.message", {"key": {"id": "3EB0"}}) == []


def test_several_events_may_come_in_one_webhook() -> None:
    data = [{"keyId": name, "status": "READ", "fromMe": True} for name in ("a", "b")]
    assert read("messages.update", data) == [ReceiptEvent("a", "read_at", AT), ReceiptEvent("b", "read_at", AT)]


def test_one_item_that_is_none_costs_that_item_and_not_the_others() -> None:
    items = [{"keyId": "a", "status": "READ", "fromMe": True}, {"keyId": "\x00", "status": "READ", "fromMe": True}, 7]
    assert read("messages.update", items) == [ReceiptEvent("a", "read_at", AT)]


def test_a_reply_says_who_and_when_and_what_it_quotes() -> None:
    quoting = REPLY | {"contextInfo": {"stanzaId": "OURS"}}
    assert read("messages.upsert", quoting) == [ReplyEvent("3EB0", match_key("5511987654321"), "OURS", AT, text="oi")]
    extended = REPLY | {"message": {"extendedTextMessage": {"contextInfo": {"stanzaId": "OURS"}}}}
    assert read("messages.upsert", extended)[0].quoted == "OURS"


def test_a_hidden_sender_is_known_by_the_other_address_or_not_at_all() -> None:
    hidden = KEY | {"remoteJid": "123@lid"}
    assert read("messages.upsert", REPLY | {"key": hidden})[0].sender is None
    alternative = hidden | {"remoteJidAlt": "5511987654321:4@s.whatsapp.net"}
    assert read("messages.upsert", REPLY | {"key": alternative})[0].sender == match_key("5511987654321")


@pytest.mark.parametrize(
    "changes",
    [
        {"key": KEY | {"remoteJid": "1203@g.us"}},
        {"key": KEY | {"remoteJid": "status@broadcast"}},
        {"key": KEY | {"remoteJid": "120363@newsletter"}},
        {"key": KEY | {"remoteJid": "1203@g.us", "fromMe": True}},
        {"key": KEY | {"remoteJid": "1203@broadcast", "remoteJidAlt": "5511987654321@s.whatsapp.net"}},
        {"messageType": "protocolMessage"},
        {"messageType": "reactionMessage"},
    ],
)
def test_what_nobody_wrote_to_us_is_no_reply(changes: dict[str, Any]) -> None:
    assert read("messages.upsert", REPLY | changes) == []


@pytest.mark.parametrize(
    "timestamp",
    [None, "soon", 10**20, int((NOW + dt.timedelta(seconds=121)).timestamp()), int(NOW.timestamp()) - 31 * 86400],
)
def test_a_moment_that_cannot_be_is_taken_for_now_and_says_so(timestamp: Any) -> None:
    event = read("messages.upsert", REPLY | {"messageTimestamp": timestamp})[0]
    assert (event.at, event.timed) == (NOW, False)


def test_a_clock_that_is_a_little_ahead_tells_the_time_all_the_same() -> None:
    ahead = int((NOW + dt.timedelta(seconds=60)).timestamp())
    event = read("messages.upsert", REPLY | {"messageTimestamp": ahead})[0]
    assert (event.at, event.timed) == (NOW, True)


def test_a_moment_may_come_as_the_halves_of_a_long() -> None:
    halves = {"low": int(AT.timestamp()), "high": 0, "unsigned": True}
    assert read("messages.upsert", REPLY | {"messageTimestamp": halves})[0].at == AT


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("messages.upsert", {}),
        ("messages.upsert", REPLY | {"key": {"id": "3EB0"}}),
        ("messages.upsert", REPLY | {"key": KEY | {"id": "x" * 201}}),
        ("messages.upsert", REPLY | {"key": KEY | {"id": "ação"}}),
        ("messages.update", {"keyId": "", "status": "READ", "fromMe": True}),
        ("messages.update", {"keyId": "a\x00", "status": "READ", "fromMe": True}),
        ("messages.update", {"status": "READ", "fromMe": True}),
        ("send.message", {"key": {"id": 7}, "status": "READ"}),
        ("connection.update", {}),
        ("connection.update", "open"),
        ("connection.update", {"state": []}),
        ("status.instance", {"status": 7}),
        ("messages.update", [7, None]),
    ],
)
def test_data_that_are_none_of_an_event_are_refused(name: str, data: Any) -> None:
    with pytest.raises(ValueError):
        read(name, data)


@pytest.mark.parametrize("digits", ["55\x001", "55\ud8001", "٣٣٣٣٣٣", "", "5" * 21, "abc", "55 11"])
def test_a_sender_that_is_no_number_is_a_hidden_one(digits: str) -> None:
    key = KEY | {"remoteJid": f"{digits}@s.whatsapp.net"}
    assert read("messages.upsert", REPLY | {"key": key}) == [ReplyEvent("3EB0", None, None, AT, text="oi")]


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("webhook-*.json")), ids=lambda path: path.stem)
def test_every_captured_webhook_is_read(path: Path) -> None:
    body = json.loads(path.read_text("utf-8"))
    assert [type(event).__name__ for event in read(body["event"], body["data"])] == READ_AS.get(path.stem, [])


@pytest.mark.parametrize("name", ["reply-quoted", "reply-quoted-ephemeral-chat", "reply-quoted-ephemeral-wrapper",
                                  "audio-quoted", "lid-without-alt-quoted"])  # fmt: skip
def test_what_a_captured_reply_quotes_is_found_wherever_it_stands(name: str) -> None:
    body = json.loads((FIXTURES / f"webhook-{name}.json").read_text("utf-8"))
    assert read(body["event"], body["data"])[0].quoted == "3EB0D162AD0853846D1643"
