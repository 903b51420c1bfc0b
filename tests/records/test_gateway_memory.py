"""Whether a gateway keeps messages is learned from those that it accepted, remembered, and told once."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from typing import cast

import pytest
import redis

from proactive.errors import SupabaseError
from proactive.gateways.base import Gateway
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.model.failure_reasons import FailureReason
from proactive.records.gateway_memory import GatewayMemory, Keeps
from proactive.records.lately import LatelyQueries

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)


class Accepted:
    """The records: what was accepted lately, by instance."""

    def __init__(self, **by_instance: list[str]) -> None:
        self.by_instance = by_instance
        self.away = False

    def accepted_lately(self, instance: str | None, limit: int) -> list[tuple[str, str]]:
        if self.away:
            raise SupabaseError("away")
        found = {instance: self.by_instance.get(instance, [])} if instance else self.by_instance
        return [(name, each) for name, ids in found.items() for each in ids][:limit]


class Shown:
    """The gateway: what it shows, and its version."""

    def __init__(self, *ids: str) -> None:
        self.ids, self.says, self.away = set(ids), "2.3.7", False
        self.asked: list[tuple[str, str]] = []

    def shows(self, instance: str, message_id: str) -> bool:
        self.asked.append((instance, message_id))
        if self.away:
            raise GatewayError(GatewayFault.UNAVAILABLE, FailureReason.LOOKUP_UNINTELLIGIBLE)
        return message_id in self.ids

    def version(self) -> str:
        if self.away:
            raise GatewayError(GatewayFault.UNREACHABLE, FailureReason.GATEWAY_UNREACHABLE)
        return self.says


@pytest.fixture
def client(redis_client: redis.Redis) -> Iterator[redis.Redis]:
    redis_client.delete("aurora:gateway:memory")
    yield redis_client
    redis_client.delete("aurora:gateway:memory")


def memory(gateway: Shown, records: Accepted, client: redis.Redis) -> GatewayMemory:
    return GatewayMemory(cast(Gateway, gateway), cast(LatelyQueries, records), client)


@pytest.mark.parametrize(
    ("shown", "accepted", "keeps"),
    [
        (["a"], {"shop": ["a"]}, "yes"),
        (["b"], {"shop": ["a", "b"]}, "yes"),
        ([], {"shop": ["a"]}, "no"),
        ([], {"shop": ["a", "b", "c"]}, "no"),
        (["a"], {"other": ["a"]}, "yes"),
        ([], {"other": ["a"]}, "no"),
        (["a"], {"other": ["a"], "shop": ["b"]}, "no"),
        (["a"], {}, "unknown"),
        ([], {}, "unknown"),
    ],
)
def test_a_gateway_keeps_messages_if_it_shows_some_that_it_accepted(
    client: redis.Redis, shown: list[str], accepted: dict[str, list[str]], keeps: Keeps
) -> None:
    assert memory(Shown(*shown), Accepted(**accepted), client).keeps("shop") == keeps


@pytest.mark.parametrize("away", ["gateway", "records"])
def test_nothing_is_known_while_either_is_away(client: redis.Redis, away: str) -> None:
    gateway, accepted = Shown("a"), Accepted(shop=["a"])
    gateway.away, accepted.away = away == "gateway", away == "records"
    assert memory(gateway, accepted, client).keeps("shop") == "unknown"


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[int, str, str]]:
    lines = [line for line in caplog.records if getattr(line, "action", "") == "gateway_probed"]
    return [(line.levelno, line.__dict__["version"], line.__dict__["keepsMessages"]) for line in lines]


def test_what_is_learned_is_kept_for_a_day_and_told_once(client: redis.Redis, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    gateway = Shown()
    probe = memory(gateway, Accepted(shop=["a"]), client)
    for hours in (0, 1, 23.9):
        known = probe.probe(NOW + dt.timedelta(hours=hours))
        assert known is not None
        assert (known.version, known.keeps, known.at) == ("2.3.7", "no", NOW)
    assert gateway.asked == [("shop", "a")]
    again = probe.probe(NOW + dt.timedelta(days=1))
    assert again is not None
    assert again.at == NOW + dt.timedelta(days=1)
    assert told(caplog) == [(logging.ERROR, "2.3.7", "no")]
    assert probe.known() == again


def test_another_version_is_probed_at_once_and_told(client: redis.Redis, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    gateway = Shown("a")
    probe = memory(gateway, Accepted(shop=["a"]), client)
    probe.probe(NOW)
    gateway.says, gateway.ids = "2.4.0", set()
    known = probe.probe(NOW + dt.timedelta(minutes=10))
    assert known is not None
    assert known.keeps == "no"
    assert told(caplog) == [(logging.INFO, "2.3.7", "yes"), (logging.ERROR, "2.4.0", "no")]


def test_while_nothing_is_known_it_is_asked_again(client: redis.Redis) -> None:
    gateway, accepted = Shown("a"), Accepted()
    probe = memory(gateway, accepted, client)
    first = probe.probe(NOW)
    assert first is not None
    assert first.keeps == "unknown"
    accepted.by_instance = {"shop": ["a"]}
    second = probe.probe(NOW + dt.timedelta(minutes=10))
    assert second is not None
    assert second.keeps == "yes"


def test_a_gateway_that_is_away_teaches_nothing(client: redis.Redis) -> None:
    gateway = Shown()
    gateway.away = True
    probe = memory(gateway, Accepted(shop=["a"]), client)
    assert probe.probe(NOW) is None
    assert probe.known() is None


@pytest.mark.parametrize("kept", [{"at": "soon"}, {"at": "2026-11-25T12:00:00"}, {"version": "2"}, {"keeps": "yes"}])
def test_what_was_kept_by_something_else_is_nothing(client: redis.Redis, kept: dict[str, str]) -> None:
    client.hset("aurora:gateway:memory", items=[part for pair in kept.items() for part in pair])
    assert memory(Shown(), Accepted(), client).known() is None
