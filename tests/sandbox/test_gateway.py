"""The sandbox gateway on the wire: the vendor's shapes, and what survives."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from sandbox.gateway.client import Sandbox, running
from tests.support.evolution_client import TEXT, ask, send
from tests.support.world import eventually


def test_an_accepted_message_is_answered_as_the_vendor_does(sandbox: Sandbox) -> None:
    answer = send(sandbox, "5531999998888")
    body, [message] = answer.json(), sandbox.messages()
    assert answer.status_code == 201
    assert body["key"] == {
        "remoteJid": "553199998888@s.whatsapp.net",
        "fromMe": True,
        "id": message["gateway_message_id"],
    }
    assert re.fullmatch(r"3EB0[0-9A-F]{18}", message["gateway_message_id"])
    assert (body["status"], body["message"], body["messageType"]) == (
        "PENDING",
        {"conversation": TEXT},
        "conversation",
    )
    assert body["messageTimestamp"] == int(message["accepted_at"])


@pytest.mark.parametrize(
    ("path", "body", "key", "status", "message"),
    [
        ("/message/sendText/x", {}, "", 404, ['The "x" instance does not exist']),
        ("/message/sendText/shop", {}, "wrong", 401, "Unauthorized"),
        ("/message/sendText/shop", {"number": "55"}, "", 400, [['instance requires property "text"']]),
        ("/message/sendText/shop", {"number": "5511", "text": " "}, "", 400, ["Text is required"]),
        ("/message/sendText/closed", {"number": "5511999998888", "text": "a"}, "", 500, "Connection Closed"),
        (
            "/message/sendText/new",
            {"number": "5511999998888", "text": "a"},
            "",
            500,
            "Cannot read properties of undefined (reading 'onWhatsApp')",
        ),
        (
            "/message/sendText/shop",
            {"number": "5511", "text": "a"},
            "",
            400,
            [{"jid": "5511@s.whatsapp.net", "exists": False, "number": "5511"}],
        ),
        ("/message/elsewhere", {}, "", 404, ["Cannot POST /message/elsewhere"]),
    ],
)
def test_a_refusal_has_the_vendors_shape(
    sandbox: Sandbox, path: str, body: Any, key: str, status: int, message: Any
) -> None:
    sandbox.instance("closed", "close", ever_connected=True)
    sandbox.instance("new", "connecting", ever_connected=False)
    answer = ask(sandbox, "POST", path, body, key)
    assert answer.status_code == answer.json()["status"] == status
    assert answer.json()["response"] == {"message": message}
    assert sandbox.messages() == []


def test_an_instances_own_token_opens_that_instance_only(sandbox: Sandbox) -> None:
    created = ask(sandbox, "POST", "/instance/create", {"instanceName": "with-token"})
    assert created.status_code == 201
    token = created.json()["hash"]
    state = ask(sandbox, "GET", "/instance/connectionState/with-token", key=token)
    assert state.json() == {"instance": {"instanceName": "with-token", "state": "close"}}
    assert send(sandbox, key=token).status_code == 401
    assert ask(sandbox, "GET", "/instance/fetchInstances", key=token).status_code == 401
    assert ask(sandbox, "POST", "/instance/create", {"instanceName": "with-token"}).status_code == 403


def test_numbers_exist_unless_told_otherwise(sandbox: Sandbox) -> None:
    sandbox.misbehave("refuse_number", number="5511000000000")
    numbers = {"numbers": ["5531999998888", "5511000000000"]}
    assert ask(sandbox, "POST", "/chat/whatsappNumbers/shop", numbers).json() == [
        {"jid": "553199998888@s.whatsapp.net", "exists": True, "number": "5531999998888"},
        {"jid": "5511000000000@s.whatsapp.net", "exists": False, "number": "5511000000000"},
    ]


def test_sent_messages_are_listed_newest_first_a_page_at_a_time(sandbox: Sandbox) -> None:
    for number in range(5):
        send(sandbox, text=f"n. {number}")
    where = {"key": {"remoteJid": "5511999998888@s.whatsapp.net", "fromMe": True}}
    query = {"where": where, "offset": 2, "page": 2}
    page = ask(sandbox, "POST", "/chat/findMessages/shop", query).json()["messages"]
    assert (page["total"], page["pages"], page["currentPage"]) == (5, 3, 2)
    assert [record["message"]["conversation"] for record in page["records"]] == ["n. 2", "n. 1"]
    key = page["records"][0]["key"]
    by_id = ask(sandbox, "POST", "/chat/findMessages/shop", {"where": {"key": {"id": key["id"]}}}).json()
    assert [record["key"] for record in by_id["messages"]["records"]] == [key]


def test_a_webhook_is_kept_and_the_instances_are_listed(sandbox: Sandbox) -> None:
    webhook = {"enabled": True, "url": "http://127.0.0.1:1/hook", "events": ["SEND_MESSAGE"]}
    answer = ask(sandbox, "POST", "/webhook/set/shop", {"webhook": webhook})
    assert (answer.status_code, answer.json()["url"]) == (201, webhook["url"])
    [shop] = ask(sandbox, "GET", "/instance/fetchInstances?instanceName=shop").json()
    assert (shop["name"], shop["connectionStatus"]) == ("shop", "open")


@pytest.mark.parametrize(("how", "stored"), [("drop_before_accept", 0), ("drop_after_accept", 1)])
def test_a_dropped_connection_really_breaks_without_a_word(sandbox: Sandbox, how: str, stored: int) -> None:
    sandbox.misbehave(how, times=1)
    with pytest.raises(requests.ConnectionError, match="without response"):
        send(sandbox)
    assert len(sandbox.messages()) == stored
    assert [attempt["outcome"] for attempt in sandbox.attempts()] == [how]
    assert send(sandbox).status_code == 201


def test_a_message_may_be_accepted_long_after_its_sender_has_gone(sandbox: Sandbox) -> None:
    sandbox.misbehave("hang_before_accept", times=1, seconds=0.5)
    left = HTTPConnection(urlsplit(sandbox.url).netloc, timeout=5)
    body = json.dumps({"number": "5511999998888", "text": TEXT})
    asked = time.time()
    headers = {"apikey": sandbox.api_key, "Content-Type": "application/json"}
    left.request("POST", "/message/sendText/shop", body, headers)
    # one who goes before the gateway has read the message has sent none
    eventually(lambda: ask(sandbox, "GET", "/sandbox/misbehave").json() == [], 5, "the gateway takes the message")
    left.close()
    [message] = eventually(sandbox.messages, 5, "the message is accepted")
    assert message["text"] == TEXT
    assert message["accepted_at"] >= asked + 0.5


def test_misbehaviour_hits_whom_it_names_and_wears_off(sandbox: Sandbox) -> None:
    sandbox.misbehave("fail", number="5511999998888", times=2, status=500)
    assert send(sandbox, "5521999998888").status_code == 201
    assert [send(sandbox).status_code for _ in range(3)] == [500, 500, 201]
    outcomes = [attempt["outcome"] for attempt in sandbox.attempts()]
    assert outcomes == ["accepted", "fail", "fail", "accepted"]


def test_an_unknown_misbehaviour_is_refused(sandbox: Sandbox) -> None:
    answer = ask(sandbox, "POST", "/sandbox/misbehave", {"how": "explode"})
    assert answer.status_code == 400
    assert "how" in str(answer.json()["response"]["message"])


def test_messages_are_asked_for_by_instance_number_and_id(sandbox: Sandbox) -> None:
    for number in ("5511999998888", "5521999998888", "5511999998888"):
        send(sandbox, number)
    first, other, last = sandbox.messages()
    assert sandbox.messages(number="5521999998888") == [other]
    assert sandbox.messages(since_id=other["id"], instance="shop") == [last]
    assert sandbox.messages(instance="nobody") == []
    assert first["accepted_at"] < other["accepted_at"] < last["accepted_at"]


def test_messages_that_arrive_together_are_all_kept(sandbox: Sandbox) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: send(sandbox, text=str(n)).status_code, range(100)))
    assert answers == [201] * 100
    assert sorted(int(message["text"]) for message in sandbox.messages()) == list(range(100))


def test_an_answered_message_survives_the_death_of_the_gateway(tmp_path: Path) -> None:
    with running(tmp_path, "key") as sandbox:
        port = sandbox.url.rpartition(":")[2]
    command = [sys.executable, "-m", "sandbox.gateway", "--port", port]
    gateway = subprocess.Popen([*command, "--data", str(tmp_path)], env=os.environ | {"SANDBOX_API_KEY": "key"})
    try:
        with requests.Session() as patient:
            retry = requests.adapters.Retry(300, backoff_factor=0.05, backoff_max=0.2)
            patient.mount("http://", requests.adapters.HTTPAdapter(max_retries=retry))
            patient.get(f"{sandbox.url}/sandbox/instances", timeout=5)
        sandbox.instance("shop")
        assert send(sandbox).status_code == 201
    finally:
        gateway.kill()
        gateway.wait()
    with running(tmp_path, "key") as sandbox:
        assert [message["text"] for message in sandbox.messages()] == [TEXT]
        assert send(sandbox).status_code == 201


def test_the_inbox_is_served_from_this_machine_alone(sandbox: Sandbox) -> None:
    page = requests.get(sandbox.url, headers={"Accept": "text/html"}, timeout=5)
    assert "<title>Conversas · Aurora</title>" in page.text
    used = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert used
    assert all(requests.get(sandbox.url + path, timeout=5).ok for path in used)
    script = requests.get(f"{sandbox.url}/static/inbox.js", timeout=5).text
    assert not re.search("innerHTML|outerHTML|insertAdjacentHTML|https?://", script)
