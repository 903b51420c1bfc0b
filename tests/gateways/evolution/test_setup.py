"""How an Evolution API server is set up: its instances and webhooks, as the sandbox and older servers list them."""

from __future__ import annotations

from typing import Any

import pytest

from proactive.gateways.evolution.setup import EvolutionSetup, WebhookSetup
from proactive.gateways.faults import GatewayError, GatewayFault
from sandbox.gateway.client import Sandbox
from sandbox.stack import LocalStack

KEY = "WHATSAPP_API_KEY"


@pytest.fixture
def sandbox(stack: LocalStack) -> Sandbox:
    return Sandbox(stack.gateway_url, stack.environment()[KEY])


def setup_of(stack: LocalStack, key: str | None = None) -> EvolutionSetup:
    return EvolutionSetup(stack.gateway_url, key or stack.environment()[KEY], 5.0)


def test_instances_are_listed_with_their_states(stack: LocalStack, sandbox: Sandbox) -> None:
    sandbox.instance("open shop")
    sandbox.instance("closed shop", "close")
    found = setup_of(stack).instances()
    assert (found["open shop"], found["closed shop"]) == ("open", "close")


def test_a_webhook_is_found_with_its_address_and_events(stack: LocalStack, sandbox: Sandbox) -> None:
    sandbox.instance("shop 1")
    assert setup_of(stack).webhook("shop 1") is None
    sandbox.call("http://127.0.0.1:1/x", "s" * 16, "shop 1", events=["MESSAGES_UPSERT"])
    assert setup_of(stack).webhook("shop 1") == WebhookSetup(
        "http://127.0.0.1:1/x", enabled=True, events=frozenset({"MESSAGES_UPSERT"})
    )


def test_a_wrong_key_and_an_unknown_instance_are_the_gateways_errors(stack: LocalStack) -> None:
    with pytest.raises(GatewayError) as refused:
        setup_of(stack, "wrong-key").instances()
    assert refused.value.fault is GatewayFault.UNAUTHORIZED
    with pytest.raises(GatewayError) as unknown:
        setup_of(stack).webhook("nobody's")
    assert unknown.value.fault is GatewayFault.NO_INSTANCE


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ([{"instance": {"instanceName": "old", "status": "open"}}], {"old": "open"}),
        ([{"name": "a"}, {"name": 7}, "x", None], {"a": ""}), ([], {}),
    ],
)  # fmt: skip
def test_other_shapes_of_the_list_are_read(
    stack: LocalStack, monkeypatch: pytest.MonkeyPatch, answer: Any, found: dict[str, str]
) -> None:
    monkeypatch.setattr("proactive.gateways.evolution.http.EvolutionHttp.ask", lambda *_: answer)
    assert setup_of(stack).instances() == found


@pytest.mark.parametrize("answer", [None, {}, {"url": ""}, {"url": 7}, {"webhook": {}}, [], "x"])
def test_what_is_no_webhook_is_none(stack: LocalStack, monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    monkeypatch.setattr("proactive.gateways.evolution.http.EvolutionHttp.ask", lambda *_: answer)
    assert setup_of(stack).webhook("shop") is None


def test_a_list_that_is_none_is_an_error(stack: LocalStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proactive.gateways.evolution.http.EvolutionHttp.ask", lambda *_: {"error": "x"})
    with pytest.raises(GatewayError):
        setup_of(stack).instances()
