"""Looking up messages at the sandbox: the filters that Evolution 2.3.7 really has, and what it keeps."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sandbox.gateway.client import Sandbox
from tests.support.captured import captured, differences
from tests.support.evolution_client import JID, NUMBER, ask, find, send
from tests.support.world import eventually

OTHER = "5521999998888"


def _status(sandbox: Sandbox, **where: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = ask(sandbox, "POST", "/chat/findStatusMessage/shop", {"where": where}).json()
    return rows


def test_records_are_as_the_captured_ones(sandbox: Sandbox) -> None:
    sandbox.misbehave("error_receipt", times=1)
    send(sandbox, text="Olá")
    [message] = sandbox.messages()
    eventually(sandbox.receipts, 5, "the receipt comes")
    sandbox.write("shop", NUMBER, "eu", kind="typed_on_the_phone")
    sent, typed = captured("findMessages-200")["messages"]["records"]
    answer = ask(sandbox, "POST", "/chat/findMessages/shop", {"where": {"key": {"remoteJid": JID, "fromMe": True}}})
    records = {record["key"]["id"]: record for record in answer.json()["messages"]["records"]}
    assert differences(records.pop(message["gateway_message_id"]), sent) == []
    [record] = records.values()
    assert differences(record, typed) == []


def test_nothing_found_is_answered_as_captured(sandbox: Sandbox) -> None:
    answer = ask(sandbox, "POST", "/chat/findMessages/shop", {"where": {"key": {"remoteJid": JID}}})
    assert answer.json() == captured("findMessages-200-empty")


def test_the_other_integration_keeps_bare_digits(sandbox: Sandbox) -> None:
    sandbox.set_up(integration="EVOLUTION")
    send(sandbox, text="via canal")
    assert find(sandbox, key={"remoteJid": JID}) == []
    answer = ask(sandbox, "POST", "/chat/findMessages/shop", {"where": {"key": {"remoteJid": NUMBER}}})
    assert differences(answer.json(), captured("findMessages-200-evolution-channel")) == []


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ({}, 3),
        ({"key": {"remoteJid": JID}}, 2),
        ({"key": {"remoteJid": JID, "fromMe": True}}, 1),
        ({"key": {"remoteJid": JID, "fromMe": False}}, 2),
        ({"key": {"fromMe": True}}, 2),
        ({"key": {"remoteJid": "nobody", "remoteJidAlt": "nobody"}}, 0),
        ({"key": {"remoteJid": None, "id": ""}}, 3),
        ({"messageType": "conversation"}, 3),
        ({"messageType": "imageMessage"}, 0),
        ({"source": "ios"}, 1),
        ({"id": "cmsandbox-none"}, 0),
        ({"key": "not an object"}, 3),
    ],
    ids=str,
)
def test_only_the_filters_that_are_there_narrow(sandbox: Sandbox, where: dict[str, Any], count: int) -> None:
    send(sandbox)
    send(sandbox, OTHER)
    sandbox.write("shop", NUMBER, "sim")
    assert len(find(sandbox, **where)) == count


def test_time_narrows_only_where_both_bounds_are_given(sandbox: Sandbox) -> None:
    send(sandbox)
    now = dt.datetime.now(dt.UTC)
    early, late = (now - dt.timedelta(hours=2)).isoformat(), (now - dt.timedelta(hours=1)).isoformat()
    soon = (now + dt.timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    counts = [
        len(find(sandbox, messageTimestamp=given))
        for given in ({"gte": early, "lte": late}, {"gte": soon}, {"lte": early}, {"gte": early, "lte": soon})
    ]
    assert counts == [0, 1, 1, 1]


def test_a_receipt_is_found_by_the_messages_id(sandbox: Sandbox) -> None:
    sandbox.set_up(server_ack_after=0, delivered_after=0, read_after=0)
    key = send(sandbox).json()["key"]
    send(sandbox, OTHER)
    rows = _status(sandbox, id=key["id"], remoteJid=JID)
    assert [row["status"] for row in rows] == ["SERVER_ACK", "DELIVERY_ACK", "READ"]
    expected = {"id", "keyId", "remoteJid", "fromMe", "participant", "pollUpdates", "status", "messageId", "instanceId"}
    assert all(row.keys() == expected and row["keyId"] == key["id"] for row in rows)
    assert _status(sandbox, id=key["id"], remoteJid="another") == []
    assert len(_status(sandbox)) == 6


def test_a_server_that_keeps_no_receipts_shows_none(sandbox: Sandbox) -> None:
    sandbox.set_up(server_ack_after=0, keeps_updates=False)
    key = send(sandbox).json()["key"]
    assert find(sandbox)[0]["MessageUpdate"] == []
    assert _status(sandbox, id=key["id"]) == []
    assert sandbox.receipts()


def test_a_server_that_keeps_no_messages_finds_none_and_knows_no_receipts(sandbox: Sandbox) -> None:
    sandbox.set_up(server_ack_after=0, keeps_messages=False)
    assert send(sandbox).status_code == 201
    sandbox.write("shop", NUMBER, "sim")
    assert find(sandbox) == []
    assert sandbox.receipts() == []
    sandbox.set_up(keeps_messages=True)
    assert [record["key"]["fromMe"] for record in find(sandbox)] == [False]


@pytest.mark.parametrize(
    ("settings", "honoured"),
    [
        ({}, False),
        ({"version": "2.4.0"}, True),
        ({"version": "2.4.0-rc2"}, True),
        ({"version": "3.0.1"}, True),
        ({"version": "2.10.0"}, True),
        ({"version": "1.8.2"}, False),
        ({"honours_message_id": True}, True),
        ({"version": "2.4.0", "honours_message_id": False}, False),
    ],
    ids=str,
)
def test_the_senders_own_message_id_counts_from_version_2_4_on(
    sandbox: Sandbox, settings: dict[str, Any], honoured: bool
) -> None:
    sandbox.set_up(**settings)
    ours = "3EB0000102030405060708"
    assert (send(sandbox, messageId=ours).json()["key"]["id"] == ours) is honoured
    assert len(find(sandbox, key={"id": ours})) == honoured


def test_links_are_fetched_unless_the_sender_does_not_want_it(sandbox: Sandbox) -> None:
    sandbox.set_up(fetches_links_for=0.4)
    link = "Veja https://exemplo.invalid/agenda"
    slow = send(sandbox, text=link)
    quick = [send(sandbox, text=link, linkPreview=False), send(sandbox, text="sem link")]
    assert slow.elapsed.total_seconds() >= 0.4
    assert slow.json()["messageType"] == "extendedTextMessage"
    assert all(answer.json()["messageType"] == "conversation" for answer in quick)
    assert [message["preview"] for message in sandbox.messages()] == [0, None, None]


def test_an_answer_takes_as_long_as_it_is_told(sandbox: Sandbox) -> None:
    sandbox.set_up(answers_after=0.3)
    assert send(sandbox).elapsed.total_seconds() >= 0.3


def test_the_connection_may_be_lost_while_a_message_is_sent(sandbox: Sandbox) -> None:
    sandbox.set_up(answers_after=0.01)
    sandbox.misbehave("hang_before_accept", times=1, seconds=0.8)
    with ThreadPoolExecutor(1) as thread:
        sending = thread.submit(send, sandbox)
        eventually(lambda: ask(sandbox, "GET", "/sandbox/misbehave").json() == [], 5, "the gateway takes the message")
        sandbox.instance("shop", "close")
        answer = sending.result()
    assert (answer.status_code, answer.json()) == (400, captured("error-400-connection-closed"))
    assert sandbox.messages() == []


def test_the_server_says_which_version_it_is(sandbox: Sandbox) -> None:
    assert ask(sandbox, "GET", "/").json()["version"] == "2.3.7"
    sandbox.set_up(version="2.4.0")
    assert ask(sandbox, "GET", "/").json()["version"] == "2.4.0"


@pytest.mark.parametrize("settings", [{"version": "new"}, {"read_after": -1}, {"colour": "red"}, {"addressing": "x"}])
def test_a_setting_that_cannot_be_is_refused(sandbox: Sandbox, settings: dict[str, Any]) -> None:
    before = ask(sandbox, "GET", "/sandbox/settings").json()
    assert ask(sandbox, "PATCH", "/sandbox/settings", settings).status_code == 400
    assert ask(sandbox, "GET", "/sandbox/settings").json() == before
