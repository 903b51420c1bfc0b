"""The health report: every part by itself, with a reason without addresses, and what cannot be known said so."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from redis import RedisError

from proactive.errors import SupabaseError
from proactive.monitoring.condition import Condition
from proactive.monitoring.health import Health, HealthReport, build_health, place
from tests.monitoring.conftest import SettingsFor
from tests.support.stand_ins import BUSY_QUEUE, QUIET_PRESENT, readers

NOW = dt.datetime(2026, 11, 26, 6, 0, tzinfo=dt.UTC)


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What a check that hangs waits for; open when the test is over."""
    event = threading.Event()
    yield event
    event.set()


class Fine:
    """A check that finds nothing."""

    def __call__(self, *asked: object) -> list[Condition]:
        return []

    def memory(self) -> list[Condition]:
        return []


class Gateway(Fine):
    """A gateway of which the given check says what is so."""

    def __init__(self, check: object = None) -> None:
        self.check = check or Fine()

    def __call__(self, *asked: object) -> list[Condition]:
        return self.check(*asked)  # type: ignore[no-any-return, operator]  # a stand-in


def report(connections: object, redis: object = None, gateway: object = None) -> HealthReport:
    health = Health(connections, redis or Fine(), Gateway(gateway), clock=lambda: NOW)  # type: ignore[arg-type]  # stand-ins
    return health.report()


def codes(found: HealthReport) -> list[tuple[str, str]]:
    return [(each.check, each.code) for each in found.conditions]


def test_where_all_is_fine_nothing_is_said() -> None:
    found = report(readers(BUSY_QUEUE))
    assert (found.conditions, found.ready, found.at) == ((), True, NOW)
    assert (found.queue, found.present) == (BUSY_QUEUE, QUIET_PRESENT)


def test_the_worst_comes_first_and_one_instance_takes_nothing_out_of_service() -> None:
    conditions = {**QUIET_PRESENT.instances.conditions, "down": 1, "connecting": 1}
    present = replace(QUIET_PRESENT, instances=replace(QUIET_PRESENT.instances, conditions=conditions), failed=2)
    found = report(readers(replace(BUSY_QUEUE, unwritten=1), present=present))
    assert codes(found) == [
        ("instances", "instances_down"), ("failures", "failed_lately"), ("records", "records_unwritten"),
        ("instances", "instances_connecting"),
    ]  # fmt: skip
    assert found.ready
    assert list(found.conditions) == sorted(found.conditions, key=place)


def test_where_supabase_is_away_what_it_would_tell_is_unknown() -> None:
    away = SupabaseError("it did not answer")
    found = report(readers(BUSY_QUEUE, present=away, migration=away))
    assert [name for name, code in codes(found) if code == "supabase_away"] == ["supabase"]
    assert {name for name, code in codes(found) if code == "unknown"} == {
        "migration", "instances", "delivery", "failures", "pauses",
    }  # fmt: skip
    assert not found.ready and found.present is None
    (said,) = found.of("supabase")
    assert said.text == "Supabase cannot be read: it did not answer"


def test_where_redis_is_away_nobody_knows_of_workers() -> None:
    def away(*asked: object) -> list[Condition]:
        return [Condition("redis", "redis_away", {"why": "ConnectionError"})]

    found = report(readers(RedisError("secret")), redis=away)
    assert {name for name, code in codes(found) if code == "unknown"} == {
        "workers", "scheduler", "queue", "alerts", "records",
    }  # fmt: skip
    assert not found.ready and "secret" not in "".join(each.text for each in found.conditions)


def test_a_check_that_hangs_delays_no_other_and_one_that_fails_is_a_reason(gate: threading.Event) -> None:
    def hangs(*asked: object) -> list[Condition]:
        gate.wait(20)
        return []

    def fails(*asked: object) -> list[Condition]:
        raise KeyError("secret")

    began = time.monotonic()
    found = report(readers(BUSY_QUEUE, present=KeyError("secret")), redis=hangs, gateway=fails)
    assert time.monotonic() - began < 6
    said = {each.check: each.text for each in found.conditions if each.code != "unknown"}
    assert said == {
        "redis": "Redis cannot be asked: no answer in time",
        "gateway": "the gateway cannot be reached: the check failed: KeyError",
        "supabase": "Supabase cannot be read: the check failed: KeyError",
    }


def test_it_is_built_over_the_settings(settings_for: SettingsFor) -> None:
    health = build_health(settings_for(whatsapp_url="http://127.0.0.1:9/"), readers(BUSY_QUEUE))
    assert health.gateway.url == "http://127.0.0.1:9/"
