"""Everything that the sandbox can get wrong with a message: answers as captured, and what then is true."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import requests

from sandbox.gateway.client import Sandbox
from sandbox.gateway.fault_table import FAULTS, When
from tests.support.captured import captured, differences
from tests.support.evolution_client import JID, NUMBER, ask, find, send
from tests.support.world import eventually

#: Faults that answer what a real server was seen to answer: the rule, the status, the captured body.
AS_CAPTURED = [
    ("throttle", {}, 500, "error-500-rate-overlimit"),
    ("throttle", {"status": 400}, 400, "error-400-rate-overlimit"),
    ("disconnected", {}, 500, "error-500-connection-closed"),
    ("disconnected", {"status": 400}, 400, "error-400-connection-closed"),
    ("connecting", {"seconds": 0.1}, 500, "error-500-connection-closed"),
    ("never_connected", {}, 500, "error-500-never-connected"),
    ("never_connected", {"status": 400}, 400, "error-400-never-connected-number-cached"),
    ("number_timed_out", {}, 500, "error-500-timed-out"),
    ("timed_out_before_accept", {}, 400, "error-400-timed-out"),
    ("timed_out", {}, 400, "error-400-timed-out"),
    ("database_after_accept", {}, 400, "error-400-database-after-sending"),
    ("starting_up", {}, 500, "error-500-starting-up"),
    ("database_away", {}, 500, "error-500-database-away"),
    ("unauthorized", {}, 401, "error-401-bad-key"),
]
#: Whether the message has gone out, and whether look-ups find it.
OUT = {how: fault.when in (When.AFTER, When.RECEIPTS) or how == "hang_before_accept" for how, fault in FAULTS.items()}
KEPT = OUT | {"database_after_accept": False, "not_kept": False}


@pytest.mark.parametrize(("how", "more", "status", "name"), AS_CAPTURED)
def test_an_error_has_the_captured_body(
    sandbox: Sandbox, how: str, more: dict[str, Any], status: int, name: str
) -> None:
    sandbox.misbehave(how, times=1, **more)
    answer = send(sandbox)
    assert (answer.status_code, answer.json()) == (status, captured(name))


def test_a_number_without_whatsapp_is_answered_as_captured(sandbox: Sandbox) -> None:
    sandbox.misbehave("refuse_number", times=1)
    assert send(sandbox, "5511900000001").json() == captured("error-400-not-on-whatsapp")


def test_a_server_without_a_licence_answers_everything_in_a_shape_of_its_own(sandbox: Sandbox) -> None:
    sandbox.misbehave("license_required")
    real = captured("error-503-license-required")
    address = real["register_url"].removesuffix("/manager/login")
    sending, state = send(sandbox), ask(sandbox, "GET", "/instance/connectionState/shop")
    for answer in (sending, state):
        assert answer.status_code == 503
        assert answer.json() == json.loads(json.dumps(real).replace(address, sandbox.url))
    assert sandbox.messages() == []


def test_the_right_token_is_refused_everywhere_while_the_database_is_away(sandbox: Sandbox) -> None:
    sandbox.misbehave("unauthorized")
    state, found = ("GET", "/instance/connectionState/shop"), ("POST", "/chat/findMessages/shop")
    assert [ask(sandbox, method, path, {}).status_code for method, path in (state, found)] == [401, 401]
    assert send(sandbox).json() == captured("error-401-bad-key")


@pytest.mark.parametrize("how", sorted(FAULTS))
def test_what_has_gone_out_and_what_is_kept_is_as_the_table_says(sandbox: Sandbox, how: str) -> None:
    sandbox.misbehave(how, times=1, seconds=0)
    try:
        send(sandbox)
    except requests.ConnectionError:
        assert how.startswith("drop_")
    assert len(sandbox.messages()) == OUT[how]
    assert len(find(sandbox)) == KEPT[how]
    assert [attempt["message_id"] is not None for attempt in sandbox.attempts()] == [OUT[how]]
    eventually(lambda: _is_open(sandbox), 5, "it connects again")
    assert send(sandbox).status_code == 201


def _is_open(sandbox: Sandbox) -> bool:
    return bool(ask(sandbox, "GET", "/instance/connectionState/shop").json()["instance"]["state"] == "open")


@pytest.mark.parametrize("how", ["timed_out", "database_after_accept"])
@pytest.mark.parametrize("kept", [True, False])
def test_a_400_after_acceptance_is_kept_or_not_as_the_rule_says(sandbox: Sandbox, how: str, kept: bool) -> None:
    sandbox.misbehave(how, times=1, kept=kept)
    assert send(sandbox).status_code == 400
    assert len(sandbox.messages()) == 1
    assert len(find(sandbox)) == kept


@pytest.mark.parametrize("status", [502, 503, 504])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_proxy_answers_with_a_page_of_its_own(sandbox: Sandbox, status: int, when: str) -> None:
    sandbox.misbehave(f"proxy_{when}_accept", times=1, status=status)
    answer = send(sandbox)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert f"<title>{status} " in answer.text
    assert len(sandbox.messages()) == (when == "after")


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_page_may_come_with_status_200(sandbox: Sandbox, when: str) -> None:
    sandbox.misbehave(f"html_{when}_accept", times=1)
    answer = send(sandbox)
    assert answer.status_code == 200
    assert answer.text.startswith("<!doctype html>")
    assert len(sandbox.messages()) == (when == "after")


@pytest.mark.parametrize("place", ["status", "headers", "body"])
def test_an_answer_drips_to_its_end(sandbox: Sandbox, place: str) -> None:
    sandbox.misbehave(f"drip_{place}", times=1, seconds=0.001)
    began = time.monotonic()
    answer = send(sandbox)
    slow = {"status": 500, "headers": 480, "body": 400}[place]
    assert time.monotonic() - began > slow * 0.001
    assert answer.status_code == 201
    assert answer.json()["key"]["id"] == sandbox.messages()[0]["gateway_message_id"]


@pytest.mark.parametrize(
    ("how", "statuses"),
    [
        (None, ["SERVER_ACK", "DELIVERY_ACK", "READ"]),
        ("error_receipt", ["ERROR"]),
        ("never_delivered", ["SERVER_ACK"]),
        ("never_acknowledged", []),
        ("not_kept", []),
    ],
)
def test_receipts_come_in_their_time_or_never(sandbox: Sandbox, how: str | None, statuses: list[str]) -> None:
    sandbox.set_up(server_ack_after=0, delivered_after=0.1, read_after=0.2)
    if how:
        sandbox.misbehave(how, times=1)
    assert send(sandbox).json()["status"] == "PENDING"
    send(sandbox, "5521999998888")
    [hit, witness] = sandbox.messages()
    came = eventually(lambda: _statuses(sandbox, witness["id"], 3), 5, "the other message is read")
    assert came == ["SERVER_ACK", "DELIVERY_ACK", "READ"]
    assert _statuses(sandbox, hit["id"], 0) == statuses
    if hit["kept"]:
        [record] = find(sandbox, key={"id": hit["gateway_message_id"]})
        assert record["MessageUpdate"] == [{"status": status} for status in statuses]


def _statuses(sandbox: Sandbox, message_id: int, least: int) -> list[str] | None:
    found = [receipt["status"] for receipt in sandbox.receipts() if receipt["message_id"] == message_id]
    return found if len(found) >= least else None


@pytest.mark.parametrize(("how", "alt"), [("lid_with_alt", JID), ("lid_without_alt", None)])
def test_a_message_may_be_kept_under_another_id_than_the_number(sandbox: Sandbox, how: str, alt: str | None) -> None:
    sandbox.misbehave(how, times=1)
    key = send(sandbox).json()["key"]
    assert key["remoteJid"].endswith("@lid")
    assert key.get("remoteJidAlt") == alt
    assert find(sandbox, key={"remoteJid": JID}) == []
    by_lid, by_id = find(sandbox, key={"remoteJid": key["remoteJid"]}), find(sandbox, key={"id": key["id"]})
    assert len(by_lid) == len(by_id) == 1
    assert len(find(sandbox, key={"remoteJid": JID, "remoteJidAlt": JID})) == (alt is not None)


def test_an_answer_may_bring_a_large_thumbnail(sandbox: Sandbox) -> None:
    sandbox.misbehave("large_answer", times=1)
    answer = send(sandbox)
    assert answer.status_code == 201
    assert len(answer.content) > 100_000
    assert answer.json()["message"]["extendedTextMessage"]["text"] == sandbox.messages()[0]["text"]


def test_an_instance_is_connecting_for_a_while_and_open_then(sandbox: Sandbox) -> None:
    sandbox.instance("shop", "connecting", seconds=1.5)
    state = ask(sandbox, "GET", "/instance/connectionState/shop").json()
    assert state["instance"]["state"] == "connecting"
    assert send(sandbox).json() == captured("error-500-connection-closed")
    eventually(lambda: _is_open(sandbox), 5, "it connects")
    assert ask(sandbox, "GET", "/instance/connectionState/shop").json()["instance"].keys() == {"instanceName", "state"}
    assert send(sandbox).status_code == 201


@pytest.mark.parametrize(
    ("instance", "name"),
    [("closed", "error-400-connection-closed"), ("fresh", "error-400-never-connected-number-cached")],
)
def test_a_cached_number_is_found_out_only_while_sending(sandbox: Sandbox, instance: str, name: str) -> None:
    sandbox.instance("closed", "close", ever_connected=True)
    sandbox.instance("fresh", "close", ever_connected=False)
    send(sandbox)
    answer = ask(sandbox, "POST", f"/message/sendText/{instance}", {"number": NUMBER, "text": "a"})
    assert (answer.status_code, answer.json()) == (400, captured(name))


@pytest.mark.parametrize(
    "rule",
    [
        {"how": "explode"},
        {"how": "timed_out", "status": 500},
        {"how": "fail", "status": 200},
        {"how": "hang", "seconds": -1},
        {"how": "hang", "times": 0},
        {"how": "hang", "colour": "red"},
    ],
    ids=str,
)
def test_a_rule_that_cannot_be_is_refused_with_a_sentence(sandbox: Sandbox, rule: dict[str, Any]) -> None:
    answer = ask(sandbox, "POST", "/sandbox/misbehave", rule)
    assert answer.status_code == 400
    assert isinstance(answer.json()["response"]["message"], list)
    assert ask(sandbox, "GET", "/sandbox/misbehave").json() == []


@pytest.mark.parametrize("message", ["metade \ud83d", ["Error: \x00"], {"code": 1}, [[]], None], ids=repr)
def test_a_gateway_may_say_anything(sandbox: Sandbox, message: Any) -> None:
    sandbox.misbehave("fail", times=1, message=message)
    said = send(sandbox).json()["response"]["message"]
    assert said == (message if message is not None else "The sandbox was told to fail")


def test_each_fault_has_words_for_people_of_its_own(sandbox: Sandbox) -> None:
    listed = ask(sandbox, "GET", "/sandbox/faults").json()
    assert [fault["how"] for fault in listed] == list(FAULTS)
    assert len({(fault["when"], fault["label"]) for fault in listed}) == len(FAULTS)


def test_an_answer_is_as_the_captured_one(sandbox: Sandbox) -> None:
    assert differences(send(sandbox, text="Olá").json(), captured("sendText-201")) == []
    sandbox.set_up(integration="EVOLUTION")
    real = captured("sendText-201-evolution-channel")
    assert differences(send(sandbox, text="via canal").json(), real) == []
