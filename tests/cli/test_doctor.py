"""aurora doctor: what it says, which status it has, and a test message."""

from __future__ import annotations

import json

import pytest

from sandbox.demo.fill import DemoBusiness
from sandbox.gateway.client import Sandbox
from sandbox.stack import LocalStack
from tests.cli.conftest import Run, refused

NUMBER = "+5511987654321"


def test_each_finding_says_what_is_wrong_and_what_to_do(run: Run, demo: object) -> None:
    ended = run("aurora", "doctor")
    assert (ended.status, ended.err) == (1, "")  # nobody runs workers here
    for words in ("ok       supabase_key", "failed   workers", "-> start some: `honcho start`", "failed, "):
        assert words in ended.out
    told = json.loads(run("aurora", "doctor", "--json").out)
    assert told["state"] == "failed"
    assert {"check", "code", "state", "sentence", "advice"} == set(told["findings"][0])


def test_settings_that_are_missing_are_findings(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPABASE_URL", "")
    monkeypatch.setenv("RATE_LIMIT", "x")
    ended = run("aurora", "doctor")
    assert (ended.status, ended.err) == (1, "")
    assert "SUPABASE_URL is missing" in ended.out and "RATE_LIMIT is not usable" in ended.out


@pytest.fixture
def sandbox(stack: LocalStack) -> Sandbox:
    return Sandbox(stack.gateway_url, stack.environment()["WHATSAPP_API_KEY"])


def test_a_test_message_is_sent_once_after_asking(
    run: Run, shop: DemoBusiness, stack: LocalStack, sandbox: Sandbox, redis_client: object
) -> None:
    stack.connect_instances([shop.instance])
    asked = ("aurora", "doctor", "--send-to", NUMBER, "--instance", shop.instance)
    refused(run(*asked), "--yes is missing")
    ended = run(*asked, "--yes")
    assert f"{shop.instance} sent a test message" in ended.out
    assert NUMBER[1:] not in ended.out + ended.err
    (message,) = sandbox.messages(instance=shop.instance)
    assert "Mensagem de teste da Aurora" in message["text"]
    sandbox.forget()


@pytest.mark.parametrize(
    ("number", "instance", "says"),
    [("123", "", "not sent: The phone number"), (NUMBER, "nobody's", "has no such instance")],
)
def test_a_test_message_that_cannot_be_sent_says_why(
    run: Run, shop: DemoBusiness, redis_client: object, number: str, instance: str, says: str
) -> None:
    asked = ("aurora", "doctor", "--send-to", number, "--instance", instance or shop.instance, "--yes", "--json")
    told = json.loads(run(*asked).out)["findings"][-1]
    assert told["code"] == "test_message.failed" and says in told["sentence"]
