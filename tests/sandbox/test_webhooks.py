"""The sandbox's webhooks: bodies as captured, tries as in 2.3.7, and all the disorder of real ones."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from sandbox.gateway.client import Sandbox
from sandbox.gateway.people import Person
from tests.support.captured import captured, captured_webhooks, differences
from tests.support.evolution_client import NUMBER, ask, send
from tests.support.listener import Listener, listening
from tests.support.world import eventually

EVENTS = (
    "CONNECTION_UPDATE", "MESSAGES_UPSERT", "MESSAGES_UPDATE", "SEND_MESSAGE", "MESSAGES_EDITED", "MESSAGES_DELETE",
    "STATUS_INSTANCE",
)  # fmt: skip
QUIET = {"server_ack_after": None, "delivered_after": None, "read_after": None}


@pytest.fixture
def hook(sandbox: Sandbox) -> Iterator[Listener]:
    """Where the webhook of `shop` leads; receipts come only where a test wants them."""
    sandbox.set_up(**QUIET, webhook_retry_after=0.02)
    with listening() as listener:
        sandbox.call(listener.url, "s3cret", "shop", events=EVENTS)
        yield listener
        sandbox.forget()
        ask(sandbox, "POST", "/webhook/set/shop", {"webhook": {"enabled": False, "events": []}})


def _as_real(given: dict[str, Any], real: dict[str, Any]) -> list[str]:
    """The differences, where the instance and the people of the captured body are taken for ours."""
    people = {"fx": "shop", "5511900000001@s.whatsapp.net": given.get("sender", "?"), "Loja": "shop"}
    text = json.dumps(real)
    for theirs, ours in people.items():
        text = text.replace(f'"{theirs}"', f'"{ours}"')
    return differences(given, json.loads(text))


def test_a_sent_message_and_its_receipts_are_told_as_captured(sandbox: Sandbox, hook: Listener) -> None:
    sandbox.set_up(server_ack_after=0, delivered_after=0.05, read_after=0.1)
    send(sandbox, text="Olá")
    hook.wait(4)
    real = {
        (body["event"], body["data"].get("status")): body for body in (each["body"] for each in captured_webhooks())
    }
    told = {(body["event"], body["data"]["status"]): body for body in hook.bodies()}
    assert {event for event, _ in told} == {"send.message", "messages.update"}
    assert {status for _, status in told} == {"PENDING", "SERVER_ACK", "DELIVERY_ACK", "READ"}
    for what, body in told.items():
        assert _as_real(body, real[what]) == [], what


def test_a_refused_message_is_told_as_captured(sandbox: Sandbox, hook: Listener) -> None:
    sandbox.set_up(server_ack_after=0)
    sandbox.misbehave("error_receipt", times=1)
    send(sandbox)
    [body] = hook.wait(1, "messages.update")
    assert _as_real(body, captured("webhook-messages-update-error")) == []


def test_the_headers_are_those_that_the_webhook_was_set_with(sandbox: Sandbox, hook: Listener) -> None:
    send(sandbox)
    hook.wait(1)
    _, headers, body = hook.came[0]
    real = captured_webhooks()[0]["headers"]
    assert headers["Authorization"] == "Bearer s3cret"
    assert {name: headers[name] for name in ("User-Agent", "Content-Type", "Accept")} == {
        name: real[name] for name in ("User-Agent", "Content-Type", "Accept")
    }
    assert body["server_url"] == sandbox.url


REPLIES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"text": "pode enviar", "quote": True}, {}, "webhook-reply-quoted"),
    ({"text": "ok", "quote": True, "disappearing": "chat"}, {}, "webhook-reply-quoted-ephemeral-chat"),
    ({"text": "ok", "quote": True, "disappearing": "wrapper"}, {}, "webhook-reply-quoted-ephemeral-wrapper"),
    ({"kind": "reaction", "target": True}, {}, "webhook-reaction"),
    ({"kind": "reaction_removed", "target": True}, {}, "webhook-reaction-removed"),
    ({"kind": "audio", "quote": True}, {}, "webhook-audio-quoted"),
    ({"kind": "image", "text": "olha"}, {}, "webhook-image-caption"),
    ({"kind": "typed_on_the_phone", "text": "eu"}, {}, "webhook-typed-on-the-phone"),
    ({"text": "sim"}, {"addressing": "lid_with_alt"}, "webhook-lid-with-alt"),
    ({"text": "sim"}, {"addressing": "lid_without_alt"}, "webhook-lid-without-alt"),
    ({"text": "sim", "quote": True}, {"addressing": "lid_without_alt"}, "webhook-lid-without-alt-quoted"),
]


@pytest.mark.parametrize(("reply", "settings", "name"), REPLIES, ids=[name for _, _, name in REPLIES])
def test_what_people_write_is_told_as_captured(
    sandbox: Sandbox, hook: Listener, reply: dict[str, Any], settings: dict[str, Any], name: str
) -> None:
    about = send(sandbox, text="o texto citado").json()["key"]["id"]
    named = {field: about for field in ("quote", "target") if reply.get(field)}
    sandbox.set_up(**settings)
    kept = sandbox.write("shop", NUMBER, **reply | named)
    [body] = hook.wait(1, "messages.upsert")
    real = captured(name)
    if settings.get("addressing") == "lid_without_alt":
        assert body["data"]["key"]["remoteJid"].endswith("@lid")
        real["data"]["key"]["remoteJid"] = body["data"]["key"]["remoteJid"]
    assert _as_real(body, real) == []
    assert body["data"]["key"]["id"] == kept["gateway_message_id"]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("edit", ("webhook-edit-messages-edited", "webhook-edit")),
        ("delete", ("webhook-delete-messages-edited", "webhook-delete")),
    ],
)
def test_an_edit_and_a_deletion_tell_two_events_where_both_are_wanted(
    sandbox: Sandbox, hook: Listener, kind: str, names: tuple[str, str]
) -> None:
    written = sandbox.write("shop", NUMBER, "não")
    sandbox.write("shop", NUMBER, "sim", kind=kind, target=written["gateway_message_id"])
    hook.wait(3)
    for name in names:
        real = captured(name)
        [body] = hook.bodies(real["event"])
        assert _as_real(body, real) == []


#: Kinds that no captured body shows: their type, and where in the message the words are.
OTHERS: list[tuple[dict[str, Any], str, list[str], Any]] = [
    ({"kind": "audio", "text": "pode mandar"}, "audioMessage", ["speechToText"], "[audio] pode mandar"),
    ({"kind": "audio", "seconds": 9}, "audioMessage", ["audioMessage", "seconds"], 9),
    ({"kind": "video", "text": "sim"}, "videoMessage", ["videoMessage", "caption"], "sim"),
    ({"kind": "document", "text": "sim"}, "documentMessage", ["documentMessage", "caption"], "sim"),
    ({"kind": "sticker"}, "stickerMessage", ["stickerMessage", "isAnimated"], False),
    ({"kind": "location"}, "locationMessage", ["locationMessage", "degreesLatitude"], -23.5505),
    ({"kind": "contact"}, "contactMessage", ["contactMessage", "displayName"], "Alguém"),
    (
        {"text": "sim", "disappearing": "wrapper"},
        "ephemeralMessage",
        ["ephemeralMessage", "message", "extendedTextMessage", "text"],
        "sim",
    ),
    (
        {"kind": "image", "text": "sim", "disappearing": "wrapper"},
        "ephemeralMessage",
        ["ephemeralMessage", "message", "imageMessage", "caption"],
        "sim",
    ),
    (
        {"kind": "reaction", "text": "👎", "target": True, "disappearing": "wrapper"},
        "ephemeralMessage",
        ["ephemeralMessage", "message", "reactionMessage", "text"],
        "👎",
    ),
    (
        {"kind": "image", "text": "sim", "view_once": True},
        "viewOnceMessageV2",
        ["viewOnceMessageV2", "message", "imageMessage", "caption"],
        "sim",
    ),
]


@pytest.mark.parametrize(("reply", "type_", "where", "words"), OTHERS, ids=range(len(OTHERS)))
def test_every_kind_of_message_has_its_words_in_its_place(
    sandbox: Sandbox, hook: Listener, reply: dict[str, Any], type_: str, where: list[str], words: Any
) -> None:
    about = send(sandbox).json()["key"]["id"] if reply.get("target") else None
    sandbox.write("shop", NUMBER, **reply | ({"target": about} if about else {}))
    [body] = hook.wait(1, "messages.upsert")
    assert body["data"]["messageType"] == type_
    found = body["data"]["message"]
    for name in where:
        found = found[name]
    assert found == words


def test_who_quotes_or_reacts_to_what_they_wrote_themselves_names_themselves(sandbox: Sandbox, hook: Listener) -> None:
    own = sandbox.write("shop", NUMBER, "bom dia")["gateway_message_id"]
    sandbox.write("shop", NUMBER, "isso", quote=own)
    sandbox.write("shop", NUMBER, kind="reaction", target=own)
    told = {body["data"]["messageType"] + body["data"]["message"].get("conversation", ""): body["data"]
            for body in hook.wait(3, "messages.upsert")}  # fmt: skip
    context = told["conversationisso"]["contextInfo"]
    assert context["participant"] == f"{NUMBER}@s.whatsapp.net"
    assert context["quotedMessage"] == {"conversation": "bom dia"}
    assert told["reactionMessage"]["message"]["reactionMessage"]["key"]["fromMe"] is False


def test_what_the_products_bot_sends_is_told_as_sent_with_an_id_of_its_own(sandbox: Sandbox, hook: Listener) -> None:
    kept = sandbox.write("shop", NUMBER, "Olá", kind="bot")
    [body] = hook.wait(1, "send.message")
    real = next(each["body"] for each in captured_webhooks() if each["body"]["event"] == "send.message")
    assert _as_real(body, real) == []
    assert (body["data"]["key"]["fromMe"], body["data"]["key"]["id"]) == (True, kept["gateway_message_id"])
    assert kept["from_me"] and sandbox.messages() == []


@pytest.mark.parametrize(
    ("kind", "number"), [("edit", 14), ("delete", 0), ("timer", 3)]
)  # fmt: skip
def test_the_type_of_a_protocol_message_is_a_number_in_some_versions(
    sandbox: Sandbox, hook: Listener, kind: str, number: int
) -> None:
    written = sandbox.write("shop", NUMBER, "não")["gateway_message_id"]
    sandbox.set_up(edits_by_number=True)
    sandbox.write("shop", NUMBER, "sim", kind=kind, target=written)
    [body] = hook.wait(1, "messages.edited")
    assert body["data"]["type"] == number
    assert body["data"]["key"]["id"] == written


def test_an_edit_is_told_as_a_deletion_by_some_versions(sandbox: Sandbox, hook: Listener) -> None:
    written = sandbox.write("shop", NUMBER, "não")["gateway_message_id"]
    sandbox.set_up(edits_say_deleted=True)
    sandbox.write("shop", NUMBER, "sim", kind="edit", target=written)
    [body] = hook.wait(1, "messages.update")
    assert (body["data"]["keyId"], body["data"]["status"]) == (written, "DELETED")


def test_one_person_may_be_hidden_and_another_not(sandbox: Sandbox, hook: Listener) -> None:
    sandbox.write("shop", NUMBER, "um", addressing="lid_without_alt")
    sandbox.write("shop", NUMBER, "dois")
    told = {body["data"]["message"]["conversation"]: body["data"]["key"] for body in hook.wait(2, "messages.upsert")}
    assert told["um"]["remoteJid"].endswith("@lid")
    assert told["dois"]["remoteJid"] == f"{NUMBER}@s.whatsapp.net"


def test_what_is_written_while_the_number_is_away_is_told_when_it_is_back(sandbox: Sandbox, hook: Listener) -> None:
    sandbox.instance("shop", "close")
    first = sandbox.write("shop", NUMBER, "sim")
    sandbox.write("shop", NUMBER, "não", kind="edit", target=first["gateway_message_id"])
    hook.wait(1, "connection.update")
    assert hook.bodies("messages.upsert") == []
    sandbox.instance("shop")
    [body] = hook.wait(1, "messages.upsert")
    hook.wait(1, "messages.edited")
    assert body["data"]["messageTimestamp"] == int(first["at"])


def test_people_write_under_their_names(sandbox: Sandbox, hook: Listener) -> None:
    sandbox.name(Person(instance="shop", number="5511900001234", name="Ana Costa", about="Rex"))
    sandbox.write("shop", "5511900001234", "oi")
    [body] = hook.wait(1, "messages.upsert")
    assert body["data"]["pushName"] == "Ana Costa"


def test_the_webhook_that_is_set_can_be_asked_for(sandbox: Sandbox, hook: Listener) -> None:
    found = ask(sandbox, "GET", "/webhook/find/shop").json()
    assert (found["url"], found["enabled"], tuple(found["events"])) == (hook.url, True, EVENTS)
    assert found["webhookByEvents"] is False


def test_version_2_4_names_the_hidden_id_beside_the_number(sandbox: Sandbox, hook: Listener) -> None:
    sandbox.set_up(version="2.4.0", addressing="lid_with_alt")
    sandbox.write("shop", NUMBER, "sim")
    [body] = hook.wait(1, "messages.upsert")
    key = body["data"]["key"]
    assert (key["remoteJid"], key["addressingMode"]) == (f"{NUMBER}@s.whatsapp.net", "pn")
    assert key["remoteJidAlt"].endswith("@lid")


def test_a_message_of_a_group_names_the_group_and_its_writer(sandbox: Sandbox, hook: Listener) -> None:
    sandbox.write("shop", NUMBER, "bom dia", kind="group")
    [body] = hook.wait(1, "messages.upsert")
    assert body["data"]["key"]["remoteJid"].endswith("@g.us")
    assert body["data"]["key"]["participant"] == f"{NUMBER}@s.whatsapp.net"


def test_a_picture_brings_a_thumbnail_of_100_kb(sandbox: Sandbox, hook: Listener) -> None:
    sandbox.write("shop", NUMBER, kind="image", thumbnail=10_000)
    [body] = hook.wait(1, "messages.upsert")
    assert len(json.dumps(body, separators=(",", ":"))) > 100_000


def test_a_late_event_bears_its_own_time(sandbox: Sandbox, hook: Listener) -> None:
    sandbox.set_up(webhook_late=0.3)
    written = sandbox.write("shop", NUMBER, "sim", seconds_ago=3600)
    [body] = hook.wait(1)
    late = dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(body["date_time"])
    assert late >= dt.timedelta(seconds=0.3)
    assert body["data"]["messageTimestamp"] == int(written["at"]) < time.time() - 3599


def test_every_change_of_the_connection_is_told_once(sandbox: Sandbox, hook: Listener) -> None:
    sandbox.instance("shop")
    sandbox.instance("shop", "close")
    hook.wait(1, "connection.update")
    sandbox.instance("shop", "close")
    hook.wait(1, "status.instance")
    sandbox.instance("shop", "connecting", seconds=0.1)
    told = hook.wait(3, "connection.update")
    assert sorted(body["data"]["state"] for body in told) == ["close", "connecting", "open"]
    real = [each["body"] for each in captured_webhooks() if each["body"]["event"] == "connection.update"]
    for body, like in zip(told, (real[2], real[0], real[1]), strict=True):
        # the first captured one was told before anybody had connected
        assert [each for each in _as_real(body, like) if not each.startswith(".sender")] == []
    [closed] = [body for body in told if body["data"]["state"] == "close"]
    assert _as_real(closed, captured("webhook-connection-close-logged-out")) == []


def test_a_banned_number_is_closed_with_its_reason(sandbox: Sandbox, hook: Listener) -> None:
    ask(sandbox, "POST", "/sandbox/instances/shop/state", {"state": "close", "reason": 403})
    assert [body["data"]["statusReason"] for body in hook.wait(1, "connection.update")] == [403]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_after_some_refusals_nothing_is_told_again(sandbox: Sandbox, hook: Listener, status: int) -> None:
    hook.answers[:] = [status]
    before = sandbox.webhooks()
    sandbox.write("shop", NUMBER, "um")
    hook.wait(1)
    eventually(lambda: sandbox.webhooks()["refused"] == before["refused"] + 1, 5, "it is refused for good")
    sandbox.write("shop", NUMBER, "dois")
    hook.wait(2)
    assert [body["data"]["message"]["conversation"] for body in hook.bodies()] == ["um", "dois"]


@pytest.mark.parametrize("status", [500, 502, 503, 429, 409])
def test_after_other_failures_the_same_is_told_again(sandbox: Sandbox, hook: Listener, status: int) -> None:
    hook.answers[:] = [status] * 3
    sandbox.write("shop", NUMBER, "sim")
    bodies = hook.wait(4)
    assert bodies == [bodies[0]] * 4


def test_after_ten_tries_it_gives_up(sandbox: Sandbox, hook: Listener) -> None:
    sandbox.set_up(webhook_retry_after=0)
    hook.answers[:] = [500] * 10
    before = sandbox.webhooks()
    sandbox.write("shop", NUMBER, "sim")
    eventually(lambda: sandbox.webhooks()["given_up"] == before["given_up"] + 1, 10, "it gives up")
    assert len(hook.bodies()) == 10


def test_an_address_that_nobody_serves_hinders_no_message(sandbox: Sandbox) -> None:
    with listening() as gone:
        pass
    sandbox.call(gone.url, "s3cret", "shop")
    before = sandbox.webhooks()
    assert send(sandbox).status_code == 201
    eventually(lambda: sandbox.webhooks()["retried"] > before["retried"], 5, "the webhook is tried again")
    sandbox.forget()
    ask(sandbox, "POST", "/webhook/set/shop", {"webhook": {"enabled": False, "events": []}})


def test_everything_may_be_told_twice(sandbox: Sandbox, hook: Listener) -> None:
    sandbox.set_up(webhook_twice=True)
    sandbox.write("shop", NUMBER, "sim")
    first, second = hook.wait(2)
    assert first == second


def test_what_is_held_back_may_be_told_the_other_way_round(sandbox: Sandbox, hook: Listener) -> None:
    sandbox.set_up(webhook_order="reversed", webhook_late=1.5)
    for text in ("um", "dois", "três"):
        sandbox.write("shop", NUMBER, text)
    bodies = hook.wait(3)
    assert [body["data"]["message"]["conversation"] for body in bodies] == ["três", "dois", "um"]


def test_what_is_held_back_may_be_told_in_one_body(sandbox: Sandbox, hook: Listener) -> None:
    sandbox.set_up(webhook_order="batched", webhook_late=1.5)
    for text in ("um", "dois", "três"):
        sandbox.write("shop", NUMBER, text)
    [body] = hook.wait(1)
    assert [data["message"]["conversation"] for data in body["data"]] == ["um", "dois", "três"]


def test_only_what_was_asked_for_is_told_at_the_address_of_its_event(sandbox: Sandbox, hook: Listener) -> None:
    webhook = {"enabled": True, "url": hook.url, "byEvents": True, "events": ["SEND_MESSAGE"], "headers": {"a": "b"}}
    ask(sandbox, "POST", "/webhook/set/shop", {"webhook": webhook})
    sandbox.write("shop", NUMBER, "sim")
    send(sandbox)
    hook.wait(1)
    assert [path for path, _, _ in hook.came] == ["/wh/send-message"]
    assert hook.came[0][1]["a"] == "b"


def test_a_jwt_key_is_not_sent_but_signs_a_token(sandbox: Sandbox, hook: Listener) -> None:
    key = "k" * 32
    webhook = {"enabled": True, "url": hook.url, "events": ["SEND_MESSAGE"], "headers": {"jwt_key": key}}
    ask(sandbox, "POST", "/webhook/set/shop", {"webhook": webhook})
    send(sandbox)
    hook.wait(1)
    _, headers, _ = hook.came[0]
    claims = jwt.decode(headers["Authorization"].removeprefix("Bearer "), key, ["HS256"])
    assert (claims["app"], claims["exp"] - claims["iat"]) == ("evolution", 600)
    assert "jwt_key" not in headers


@pytest.mark.parametrize(
    "reply",
    [
        {"instance": "nobody", "number": NUMBER, "text": "a"},
        {"instance": "shop", "number": "not digits", "text": "a"},
        {"instance": "shop", "number": NUMBER, "kind": "reaction"},
        {"instance": "shop", "number": NUMBER, "kind": "song"},
    ],
    ids=str,
)
def test_a_reply_that_cannot_be_is_refused(sandbox: Sandbox, reply: dict[str, Any]) -> None:
    assert ask(sandbox, "POST", "/sandbox/replies", reply).status_code in (400, 404)
    assert ask(sandbox, "GET", "/sandbox/replies").json() == []
