"""The scheduler's loop: it beats, registers, fires, and outlives Redis and Supabase."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis

from proactive.app import Application
from proactive.errors import SettingsError
from proactive.processes import scheduler
from proactive.storage.redis import SCHEDULER_HEARTBEAT
from tests.processes.conftest import BuildApp
from tests.support.world import eventually

AWAY = {"redis_url": "redis://127.0.0.1:1/0"}


@contextmanager
def running(app: Application) -> Iterator[threading.Thread]:
    """The loop in a thread, ended afterwards."""
    stop = threading.Event()
    thread = threading.Thread(target=scheduler.fire_until, args=(app, stop), daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


def test_it_beats_and_fires_although_supabase_is_away(build_app: BuildApp, redis_client: redis.Redis) -> None:
    app = build_app(supabase_url="http://127.0.0.1:1")
    now = app.schedule.now()
    app.schedule.register(["America/Manaus"], now)
    first = app.schedule.planned()[0].entry
    redis_client.zadd(app.schedule.scheduled_jobs_key, {first.id: now.timestamp() - 1})
    with running(app):
        eventually(lambda: app.queue.count, 10, "a tick was enqueued")
        assert redis_client.exists(SCHEDULER_HEARTBEAT)
    (job_id,) = app.queue.get_job_ids()
    assert job_id.startswith(f"tick-{first.type}-America--Manaus-")


def test_it_outlives_a_redis_that_is_away(build_app: BuildApp, caplog: pytest.LogCaptureFixture) -> None:
    with running(build_app(**AWAY)) as thread:
        eventually(lambda: "the schedule waits" in caplog.text, 10, "it said that Redis is away")
        assert thread.is_alive()


def test_a_supabase_that_is_away_leaves_the_entries_as_they_are(
    build_app: BuildApp, caplog: pytest.LogCaptureFixture
) -> None:
    app = build_app(supabase_url="http://127.0.0.1:1")
    app.schedule.register(["America/Manaus"], app.schedule.now())
    before = app.schedule.planned()
    assert not scheduler.register_zones(app, app.schedule.now())
    assert app.schedule.planned() == before
    assert before
    assert [record.__dict__["action"] for record in caplog.records][-1] == "zones_unread"


def test_the_zones_in_use_become_entries_and_others_go(build_app: BuildApp) -> None:
    app = build_app()
    app.schedule.register(["Antarctica/Troll"], app.schedule.now())
    assert scheduler.register_zones(app, app.schedule.now())
    assert {run.entry.timezone for run in app.schedule.planned()} == set(app.recipients.time_zones())


def test_alerts_that_are_set_up_by_half_stop_the_start(build_app: BuildApp) -> None:
    with pytest.raises(SettingsError, match=r"^ALERT_WHATSAPP_"):
        scheduler.run_scheduler(build_app(alert_whatsapp_instance="operations"), threading.Event())
