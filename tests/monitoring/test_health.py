"""The health checks: every part by itself, with a reason without addresses."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from proactive.errors import SupabaseError
from proactive.monitoring.connections import build_connections
from proactive.monitoring.health import Health, Remark, build_health
from tests.monitoring.conftest import SettingsFor
from tests.support.redis_servers import server
from tests.support.stand_ins import QUIET_QUEUE, QUIET_RECORDS, readers

BUSY = replace(QUIET_QUEUE, workers={"idle": 1, "busy": 0}, scheduler_age=1.0)


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What a check that hangs waits for; open when the test is over."""
    event = threading.Event()
    yield event
    event.set()


@pytest.mark.parametrize(
    ("queue", "part", "reason"),
    [
        (BUSY, "workers", None),
        (BUSY, "scheduler", None),
        (replace(BUSY, workers={"idle": 0, "busy": 0}), "workers", "no worker beats"),
        (replace(BUSY, suspended=True), "workers", "the workers are suspended: `rq resume` lets them go on"),
        (replace(BUSY, scheduler_age=None), "scheduler", "no scheduler has ever run"),
        (replace(BUSY, scheduler_age=29.9), "scheduler", None),
        (replace(BUSY, scheduler_age=42.4), "scheduler", "the scheduler's last beat was 42 seconds ago"),
    ],
)
def test_workers_and_scheduler_are_judged_by_the_queues_snapshot(
    settings_for: SettingsFor, queue: object, part: str, reason: str | None
) -> None:
    assert build_health(settings_for(), readers(queue, QUIET_RECORDS)).checks[part]() == reason


def test_a_supabase_that_cannot_be_read_is_named(settings_for: SettingsFor) -> None:
    health = build_health(settings_for(), readers(BUSY, SupabaseError("it did not answer")))
    assert health.checks["supabase"]() == "Supabase cannot be read: it did not answer"
    assert build_health(settings_for(), readers(BUSY)).checks["supabase"]() is None


def test_a_gateway_that_is_away_is_named_without_its_address(settings_for: SettingsFor) -> None:
    reason = build_health(settings_for(whatsapp_url="http://127.0.0.1:9"), readers()).checks["gateway"]()
    assert reason is not None
    assert reason.startswith("the gateway cannot be reached: ")
    assert "127.0.0.1" not in reason


def test_what_redis_lacks_is_a_reason_and_what_is_dangerous_about_it_a_remark(
    settings_for: SettingsFor, tmp_path: Path
) -> None:
    with (
        server(tmp_path, "--maxmemory-policy", "allkeys-lru") as loose,
        server(tmp_path, "--cluster-enabled", "yes") as many,
    ):
        check = build_health(settings_for(), build_connections(settings_for(redis_url=loose.url))).checks["redis"]
        said = check()
        assert isinstance(said, Remark)
        assert "maxmemory-policy is allkeys-lru" in said
        loose.stop()
        assert check() == "Redis cannot be asked: ConnectionError"
        unfit = build_health(settings_for(), build_connections(settings_for(redis_url=many.url))).checks["redis"]()
        assert str(unfit).startswith("Redis is not usable: one Redis server is needed, not a cluster")
        assert not isinstance(unfit, Remark)


def test_a_check_that_hangs_delays_no_other_and_one_that_fails_is_a_reason(gate: threading.Event) -> None:
    def hangs() -> str | None:
        gate.wait(20)
        return None

    def fails() -> str | None:
        raise KeyError("secret")

    began = time.monotonic()
    reasons = Health({"hangs": hangs, "fails": fails, "well": lambda: None}).reasons()
    assert reasons == {"hangs": "no answer in time", "fails": "the check failed: KeyError", "well": None}
    assert time.monotonic() - began < 6
