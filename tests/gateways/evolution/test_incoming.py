"""Who wrote, when, and what was changed, as Evolution tells it; and what our own side wrote."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from proactive.gateways.evolution.events import ReplyEvent, WrittenEvent
from proactive.gateways.evolution.webhooks import read_events
from proactive.gateways.phones import match_key

NOW = dt.datetime(2026, 11, 25, 20, tzinfo=dt.UTC)
FIXTURES = Path(__file__).parents[2] / "fixtures" / "evolution"
PERSON = match_key("5511999998888")
JID = "5511999998888@s.whatsapp.net"


def captured(name: str) -> list[Any]:
    body = json.loads((FIXTURES / f"webhook-{name}.json").read_text("utf-8"))
    return read_events(body["event"], body["data"], NOW, NOW)


def said(key: dict[str, Any], **more: Any) -> list[Any]:
    data = {
        "key": {"id": "IN", "fromMe": False} | key,
        "message": {"conversation": "sim"},
        "messageTimestamp": 1795633738,
    }
    return read_events("messages.upsert", data | more, NOW, NOW)


@pytest.mark.parametrize(
    ("name", "sender", "lid", "quoted", "kind", "text"),
    [
        ("reply-quoted", PERSON, None, "3EB0D162AD0853846D1643", "text", "pode enviar"),
        ("reply-quoted-ephemeral-chat", PERSON, None, "3EB0D162AD0853846D1643", "text", "ok"),
        ("reply-quoted-ephemeral-wrapper", PERSON, None, "3EB0D162AD0853846D1643", "text", "ok"),
        ("reaction", PERSON, None, "3EB065F560465FE697A65C", "reaction", "👍"),
        ("reaction-removed", PERSON, None, "3EB065F560465FE697A65C", "reaction", ""),
        ("audio-quoted", PERSON, None, "3EB0D162AD0853846D1643", "audio", ""),
        ("image-caption", PERSON, None, None, "caption", "olha"),
        ("lid-with-alt", PERSON, None, None, "text", "sim"),
        ("lid-without-alt", None, "199000000000001", None, "text", "sim"),
        ("lid-without-alt-quoted", None, "199000000000001", "3EB0D162AD0853846D1643", "text", "sim"),
    ],
)
def test_captured_messages_are_read_whole(
    name: str, sender: str | None, lid: str | None, quoted: str | None, kind: str, text: str
) -> None:
    (event,) = captured(name)
    assert (event.sender, event.lid, event.quoted, event.kind, event.text) == (sender, lid, quoted, kind, text)
    assert event.timed and event.original is None
    assert event.at.date() == dt.date(2026, 11, 25)


def test_captured_edits_and_deletions_name_the_message_that_they_change() -> None:
    original = "3A3717670DFFCE494EA7"
    (update,), (edited,) = captured("edit"), captured("edit-messages-edited")
    assert edited == ReplyEvent(update.gateway_message_id, None, None, NOW, None, "edit", "sim", False, original)
    assert (update.sender, update.original, update.text) == (PERSON, original, "sim")
    (deleted,), (revoked,) = captured("delete"), captured("delete-messages-edited")
    assert deleted == revoked == ReplyEvent(f"{original}:delete", None, None, NOW, None, "delete", "", False, original)


@pytest.mark.parametrize(
    ("data", "kinds"),
    [
        ({"key": {"id": "A"}, "type": 14, "editedMessage": {"conversation": "não"}}, ["edit"]),
        ({"key": {"id": "A"}, "type": "14", "editedMessage": {"extendedTextMessage": {"text": "não"}}}, ["edit"]),
        ({"key": {"id": "A"}, "type": "MESSAGE_EDIT", "editedMessage": {"message": {"conversation": "não"}}}, ["edit"]),
        ({"protocolMessage": {"key": {"id": "A"}, "type": 14, "editedMessage": {"conversation": "não"}}}, ["edit"]),
        ({"key": {"id": "A"}, "type": "MESSAGE_EDIT", "editedMessage": {"imageMessage": {"caption": "x"}}}, ["edit"]),
        ({"key": {"id": "A"}, "type": 0}, ["delete"]),
        ({"key": {"id": "A"}, "type": "REVOKE"}, ["delete"]),
        ({"key": {"id": "A"}, "type": "EPHEMERAL_SETTING", "ephemeralExpiration": 86400}, []),
        ({"key": {"id": "A"}, "type": 3}, []),
        ({"key": {"id": "A"}}, []),
        ({"key": {"id": "A"}, "type": "MESSAGE_EDIT"}, []),
        ({"key": {"id": "A"}, "type": [14], "editedMessage": {"conversation": "x"}}, []),
    ],
)
def test_what_arrives_as_an_edit_is_an_edit_a_deletion_or_nothing(data: dict[str, Any], kinds: list[str]) -> None:
    found: list[Any] = [*read_events("messages.edited", data, NOW, NOW)]
    assert [event.kind for event in found] == kinds


@pytest.mark.parametrize(
    "data",
    [
        {"id": "A", "remoteJid": JID, "fromMe": True},
        {"key": {"id": "A", "fromMe": True}},
    ],
)
def test_what_our_side_deletes_says_nothing(data: dict[str, Any]) -> None:
    assert read_events("messages.delete", data, NOW, NOW) == []


def test_an_update_that_says_deleted_proves_nothing() -> None:
    data = {"keyId": "A", "remoteJid": JID, "fromMe": False, "status": "DELETED"}
    assert read_events("messages.update", data, NOW, NOW) == []


@pytest.mark.parametrize(
    ("key", "more", "sender", "lid"),
    [
        ({"remoteJid": "123456@lid", "remoteJidAlt": JID}, {}, PERSON, "123456"),
        ({"remoteJid": "123456@lid", "senderPn": JID}, {}, PERSON, "123456"),
        ({"remoteJid": "123456@lid"}, {"senderPn": JID}, PERSON, "123456"),
        ({"remoteJid": "123456:7@lid"}, {}, None, "123456"),
        ({"remoteJid": JID, "remoteJidAlt": "123456@lid"}, {}, PERSON, "123456"),
        ({"remoteJid": "5511999998888:12@s.whatsapp.net"}, {}, PERSON, None),
        ({"remoteJid": "551199998888@c.us"}, {}, match_key("551199998888"), None),
        ({"remoteJid": "123456@lid", "remoteJidAlt": 7}, {}, None, "123456"),
        ({"remoteJid": "123456@lid", "remoteJidAlt": None, "senderPn": ["x"]}, {}, None, "123456"),
        ({"remoteJid": "x@lid"}, {}, None, None),
    ],
)
def test_a_sender_is_found_wherever_it_is_told(
    key: dict[str, Any], more: dict[str, Any], sender: str | None, lid: str | None
) -> None:
    (event,) = said(key, **more)
    assert (event.sender, event.lid) == (sender, lid)


@pytest.mark.parametrize("jid", ["1203@g.us", "status@broadcast", "12@broadcast", "1@newsletter", "0@call", ""])
def test_groups_lists_and_statuses_are_nobody_alone(jid: str) -> None:
    assert said({"remoteJid": jid}) == []
    assert said({"remoteJid": jid, "fromMe": True}) == []


def test_an_old_message_keeps_its_own_time() -> None:
    (event,) = said({"remoteJid": JID}, messageTimestamp=int((NOW - dt.timedelta(hours=5)).timestamp()))
    assert (event.at, event.timed) == (NOW - dt.timedelta(hours=5), True)


def test_what_our_side_wrote_is_told_twice_and_is_the_same() -> None:
    (typed,) = captured("typed-on-the-phone")
    assert typed == WrittenEvent("3A9C7D2C7633ED4D7E85", PERSON, None, "eu", False, typed.at)
    data = {"key": {"id": "B", "remoteJid": JID}, "message": {"conversation": "Digite SAIR"}, "status": "PENDING",
            "messageTimestamp": 1795633738}  # fmt: skip
    found: list[Any] = [*read_events("send.message", data, NOW, NOW)]
    receipt, sent = found
    again = read_events("messages.upsert", data | {"key": {"id": "B", "remoteJid": JID, "fromMe": True}}, NOW, NOW)
    assert [sent] == again and sent.offers_words and receipt.receipt == "accepted_at"


def test_a_reaction_of_our_side_is_no_message() -> None:
    reaction = {"reactionMessage": {"key": {"id": "X"}, "text": "👍"}}
    assert said({"remoteJid": JID, "fromMe": True}, message=reaction) == []
