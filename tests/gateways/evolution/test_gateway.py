"""The adapter over real HTTP against the sandbox: every row of the vendor's table."""

from __future__ import annotations

import datetime as dt
import socket
from typing import Any

import pytest
from urllib3.connection import HTTPConnection

from proactive.gateways.evolution.gateway import EvolutionGateway
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.gateways.phones import parse_phone
from sandbox.gateway.client import Sandbox

PHONE = parse_phone("31999998888")
TEXT = "Olá! Aqui está o resumo do seu dia 📊\n\n🎉 Agendamentos: 12"
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def gateway(sandbox: Sandbox, **more: Any) -> EvolutionGateway:
    return EvolutionGateway(sandbox.url, sandbox.api_key, more.pop("timeout", 5), **more)


def failure(gateway: EvolutionGateway, instance: str = "pet-shop") -> GatewayError:
    with pytest.raises(GatewayError) as failed:
        gateway.send(instance, PHONE, TEXT)
    assert not any(secret in failed.value.failure.text for secret in ("99998888", "resumo", "sandbox-key"))
    return failed.value


def test_a_message_that_is_accepted_gives_its_receipt(sandbox: Sandbox) -> None:
    before = dt.datetime.now(dt.UTC).replace(microsecond=0)
    receipt = gateway(sandbox).send("pet-shop", PHONE, TEXT)
    [message] = sandbox.messages()
    assert (message["instance"], message["number"], message["text"]) == ("pet-shop", PHONE.digits, TEXT)
    assert receipt.gateway_message_id == message["gateway_message_id"]
    assert receipt.remote_jid == message["remote_jid"] == "553199998888@s.whatsapp.net"
    assert receipt.at is not None
    assert before <= receipt.at <= dt.datetime.now(dt.UTC)


@pytest.mark.parametrize(
    ("how", "more", "fault", "may_have_accepted", "stored"),
    [
        ("fail", {}, GatewayFault.UNAVAILABLE, True, 0),
        ("fail", {"status": 502}, GatewayFault.UNAVAILABLE, True, 0),
        ("fail", {"status": 429}, GatewayFault.THROTTLED, False, 0),
        ("fail", {"status": 403}, GatewayFault.UNAUTHORIZED, False, 0),
        ("fail", {"status": 404}, GatewayFault.REFUSED, False, 0),
        ("fail", {"status": 413}, GatewayFault.REFUSED, False, 0),
        ("fail", {"status": 301}, GatewayFault.UNREACHABLE, False, 0),
        ("fail_after_accept", {}, GatewayFault.UNAVAILABLE, True, 1),
        ("throttle", {}, GatewayFault.THROTTLED, False, 0),
        ("refuse_number", {}, GatewayFault.NOT_ON_WHATSAPP, False, 0),
        ("disconnected", {}, GatewayFault.DISCONNECTED, False, 0),
        ("disconnected", {"status": 400}, GatewayFault.DISCONNECTED, False, 0),
        ("drop_before_accept", {}, GatewayFault.UNKNOWN, True, 0),
        ("drop_after_accept", {}, GatewayFault.UNKNOWN, True, 1),
    ],
)
def test_each_failure_is_told_apart_and_nothing_is_sent_twice(
    sandbox: Sandbox,
    how: str,
    more: dict[str, int],
    fault: GatewayFault,
    may_have_accepted: bool,
    stored: int,
) -> None:
    sandbox.misbehave(how, times=1, **more)
    error = failure(gateway(sandbox))
    assert (error.fault, error.may_have_accepted) == (fault, may_have_accepted)
    assert len(sandbox.messages()) == stored
    assert len(sandbox.attempts()) == 1


def test_an_answer_that_does_not_come_in_time_leaves_the_outcome_unknown(sandbox: Sandbox) -> None:
    sandbox.misbehave("hang", times=1, seconds=3)
    assert failure(gateway(sandbox, timeout=1)).fault is GatewayFault.UNKNOWN
    assert len(sandbox.messages()) == 1


@pytest.mark.parametrize(
    ("state", "ever_connected", "words"),
    [("close", True, "disconnected"), ("connecting", False, "never connected")],
)
def test_an_instance_without_a_connection_is_disconnected(
    sandbox: Sandbox, state: str, ever_connected: bool, words: str
) -> None:
    sandbox.instance(f"{state}-shop", state, ever_connected=ever_connected)
    error = failure(gateway(sandbox), f"{state}-shop")
    assert error.fault is GatewayFault.DISCONNECTED
    assert words in error.failure.text
    assert error.permanent


def test_an_instance_that_the_gateway_does_not_know_is_missing(sandbox: Sandbox) -> None:
    assert failure(gateway(sandbox), "nobody / nowhere").fault is GatewayFault.REFUSED
    assert failure(gateway(sandbox), "não existe").fault is GatewayFault.NO_INSTANCE


def test_a_wrong_key_is_our_configuration_and_tried_again(sandbox: Sandbox) -> None:
    error = failure(EvolutionGateway(sandbox.url, "wrong", 5))
    assert error.fault is GatewayFault.UNAUTHORIZED
    assert not error.permanent


def test_a_mistake_of_ours_is_refused_with_the_gateways_words(sandbox: Sandbox) -> None:
    with pytest.raises(GatewayError, match="Text is required") as failed:
        gateway(sandbox).send("pet-shop", PHONE, " ")
    assert failed.value.fault is GatewayFault.REFUSED


@pytest.mark.parametrize("url", ["http://nowhere.invalid", "http://[::1"])
def test_an_address_that_leads_nowhere_means_that_nothing_left(url: str) -> None:
    error = failure(EvolutionGateway(url, "key", 5))
    assert (error.fault, error.may_have_accepted) == (GatewayFault.UNREACHABLE, False)


def test_a_refused_connection_means_that_nothing_left() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        error = failure(EvolutionGateway(f"http://127.0.0.1:{unheard.getsockname()[1]}", "key", 5))
    assert (error.fault, error.may_have_accepted) == (GatewayFault.UNREACHABLE, False)


def test_a_connection_is_reused_while_fresh_and_dropped_when_idle(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Any] = []
    connect = HTTPConnection.connect

    def counted(connection: HTTPConnection) -> None:
        opened.append(connection)
        connect(connection)

    monkeypatch.setattr(HTTPConnection, "connect", counted)
    clock = Clock()
    client = gateway(sandbox, clock=clock)
    connections = []
    for idle in (0, 1, 1, 3, 1):
        clock.now += idle
        client.send("pet-shop", PHONE, TEXT)
        connections.append(len(opened))
    assert connections == [1, 1, 1, 2, 2]


def test_a_sent_message_is_found_under_either_account_name(sandbox: Sandbox) -> None:
    client = gateway(sandbox)
    first, second = (client.send("pet-shop", PHONE, TEXT) for _ in range(2))
    client.send("pet-shop", PHONE, TEXT + "!")
    client.send("pet-shop", parse_phone("11999998888"), TEXT)
    found = client.find_sent("pet-shop", PHONE, TEXT, LONG_AGO)
    assert {receipt.gateway_message_id for receipt in found} == {
        first.gateway_message_id,
        second.gateway_message_id,
    }


def test_a_message_whose_answer_was_lost_is_found(sandbox: Sandbox) -> None:
    since = dt.datetime.now(dt.UTC)
    sandbox.misbehave("drop_after_accept", times=1)
    failure(gateway(sandbox))
    [found] = gateway(sandbox).find_sent("pet-shop", PHONE, TEXT, since)
    assert found.gateway_message_id == sandbox.messages()[0]["gateway_message_id"]


def test_messages_before_the_moment_asked_for_are_not_found(sandbox: Sandbox) -> None:
    client = gateway(sandbox)
    sent = client.send("pet-shop", PHONE, TEXT)
    assert sent.at is not None
    assert client.find_sent("pet-shop", PHONE, TEXT, sent.at) == [sent]
    assert client.find_sent("pet-shop", PHONE, TEXT, sent.at + dt.timedelta(seconds=1)) == []


def test_a_message_is_found_behind_many_later_ones(sandbox: Sandbox) -> None:
    client = gateway(sandbox)
    sent = client.send("pet-shop", PHONE, TEXT)
    for number in range(60):
        client.send("pet-shop", PHONE, f"outra {number}")
    assert client.find_sent("pet-shop", PHONE, TEXT, LONG_AGO) == [sent]


@pytest.mark.parametrize("key", ["wrong", "sandbox-key"])
def test_a_look_up_that_fails_says_that_the_gateway_could_not_be_asked(sandbox: Sandbox, key: str) -> None:
    client = EvolutionGateway(sandbox.url, key, 5)
    with pytest.raises(GatewayError, match="could not be looked up") as failed:
        client.find_sent("nobody" if key == sandbox.api_key else "pet-shop", PHONE, TEXT, LONG_AGO)
    assert failed.value.fault is GatewayFault.UNAVAILABLE


def test_the_state_is_what_the_gateway_believes(sandbox: Sandbox) -> None:
    sandbox.instance("other-shop", "connecting")
    assert gateway(sandbox).state("pet-shop") == "open"
    assert gateway(sandbox).state("other-shop") == "connecting"
    with pytest.raises(GatewayError) as failed:
        gateway(sandbox).state("nobody")
    assert failed.value.fault is GatewayFault.NO_INSTANCE
