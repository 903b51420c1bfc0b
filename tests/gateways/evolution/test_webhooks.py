"""What the gateway's events say, read without a text and without a number."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from proactive.gateways.evolution.webhooks import ConnectionEvent, ReceiptEvent, ReplyEvent, read_events
from proactive.gateways.phones import match_key

NOW = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)
AT = NOW - dt.timedelta(minutes=5)
KEY = {"id": "3EB0", "remoteJid": "5511987654321@s.whatsapp.net", "fromMe": False}
REPLY = {"key": KEY, "messageType": "conversation", "messageTimestamp": int(AT.timestamp())}


def read(name: str, data: Any, date_time: Any = None) -> list[Any]:
    return list(read_events(name, data, date_time, NOW))


@pytest.mark.parametrize("name", ["connection.update", "CONNECTION_UPDATE"])
def test_a_connection_is_a_state_with_its_reason_and_the_gateways_moment(name: str) -> None:
    data = {"state": "close", "statusReason": 401}
    assert read(name, data, AT.isoformat()) == [ConnectionEvent("close", 401, AT)]


@pytest.mark.parametrize(
    ("data", "moment", "event"),
    [
        ({"state": "open"}, None, ConnectionEvent("open", None, None)),
        ({"state": "open", "statusReason": "x"}, "yesterday", ConnectionEvent("open", None, None)),
        ({"state": "open", "statusReason": 1000}, "2026-11-23T15:00:00", ConnectionEvent("open", None, None)),
    ],
)
def test_a_reason_or_a_moment_that_is_none_is_left_out(data: Any, moment: Any, event: ConnectionEvent) -> None:
    assert read("connection.update", data, moment) == [event]


def test_a_state_and_an_event_that_we_do_not_know_are_nothing_of_ours() -> None:
    assert read("connection.update", {"state": "paused"}) == []
    assert read("chats.update", {"anything": 1}) == []


@pytest.mark.parametrize(
    ("status", "receipt"),
    [("SERVER_ACK", "server_ack_at"), ("delivery_ack", "delivered_at"), ("READ", "read_at"), ("PLAYED", "read_at"),
     ("ERROR", "error_at")],
)  # fmt: skip
def test_what_became_of_our_message_is_a_receipt(status: str, receipt: str) -> None:
    assert read("messages.update", {"keyId": "3EB0", "status": status, "fromMe": True}) == [
        ReceiptEvent("3EB0", receipt)
    ]
    assert read("send.message", {"key": {"id": "3EB0"}, "status": status}) == [ReceiptEvent("3EB0", receipt)]


def test_a_receipt_of_somebody_elses_message_or_of_nothing_new_is_none() -> None:
    assert read("messages.update", {"keyId": "3EB0", "status": "READ", "fromMe": False}) == []
    assert read("messages.update", {"keyId": "3EB0", "status": "PENDING", "fromMe": True}) == []
    assert read("send.message", {"key": {"id": "3EB0"}}) == []


def test_several_events_may_come_in_one_webhook() -> None:
    data = [{"keyId": name, "status": "READ", "fromMe": True} for name in ("a", "b")]
    assert read("messages.update", data) == [ReceiptEvent("a", "read_at"), ReceiptEvent("b", "read_at")]


def test_a_reply_says_who_and_when_and_what_it_quotes() -> None:
    quoting = REPLY | {"contextInfo": {"stanzaId": "OURS"}}
    assert read("messages.upsert", quoting) == [ReplyEvent("3EB0", match_key("5511987654321"), "OURS", AT)]
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
        {"key": KEY | {"fromMe": True}},
        {"key": KEY | {"remoteJid": "1203@g.us"}},
        {"messageType": "protocolMessage"},
        {"messageType": "reactionMessage"},
    ],
)
def test_what_nobody_wrote_to_us_is_no_reply(changes: dict[str, Any]) -> None:
    assert read("messages.upsert", REPLY | changes) == []


@pytest.mark.parametrize(
    "timestamp",
    [None, "soon", 10**20, int((NOW + dt.timedelta(seconds=1)).timestamp()), int(NOW.timestamp()) - 31 * 86400],
)
def test_a_moment_that_cannot_be_is_taken_for_now(timestamp: Any) -> None:
    assert read("messages.upsert", REPLY | {"messageTimestamp": timestamp})[0].at == NOW


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
    ],
)
def test_data_that_are_none_of_an_event_are_refused(name: str, data: Any) -> None:
    with pytest.raises((AttributeError, KeyError, TypeError, ValueError)):
        read(name, data)
