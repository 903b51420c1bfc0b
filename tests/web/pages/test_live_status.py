"""The live status: who works, which alerts are raised, and what the schedule does next."""

from __future__ import annotations

import datetime as dt
import json

import redis

from proactive.app import Application
from proactive.model.durations import SCHEDULER_SILENT
from proactive.monitoring.queue_snapshot import QueueSnapshotReader, beat
from proactive.web.pages.live_status import Alert, operation, upcoming_runs

ZONE = "America/Sao_Paulo"


def test_workers_are_counted_and_a_silent_scheduler_is_noticed(application: Application, queue: redis.Redis) -> None:
    reader, now = QueueSnapshotReader(queue), application.schedule.now()
    assert (operation(queue, reader).workers, operation(queue, reader).scheduler) == (3, True)
    beat(queue, now - dt.timedelta(seconds=SCHEDULER_SILENT + 5))
    assert operation(queue, reader).scheduler is False
    queue.delete("aurora:heartbeat:scheduler")
    assert operation(queue, reader).scheduler is False


def test_raised_alerts_have_their_title_and_a_new_one_its_own_name(queue: redis.Redis) -> None:
    since = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
    notices = {"pending_jobs": "🔴 Aurora - Alerta: fila: 120", "brand_new": "sem traço"}
    for name, text in notices.items():
        queue.hset("aurora:alerts:raised", name, json.dumps({"text": text, "at": since.isoformat()}))
    assert operation(queue, QueueSnapshotReader(queue)).alerts == (
        Alert("brand_new", "sem traço", since),
        Alert("Fila", "Alerta: fila: 120", since),
    )


def test_the_next_day_of_the_schedule_is_shown_where_there_are_owners(
    application: Application, queue: redis.Redis
) -> None:
    application.schedule.register([ZONE, "America/Manaus"], application.schedule.now())
    now = application.schedule.now()
    found = upcoming_runs(application.schedule, {ZONE: 7}, now)
    assert {(run.timezone, run.owners) for run in found} == {(ZONE, 7)}
    assert [run.at for run in found] == sorted(run.at for run in found)
    assert {run.type for run in found} >= {"birthdays", "low_occupancy", "daily_summary"}
    assert all(now < run.at < now + dt.timedelta(hours=24) for run in found)
    assert upcoming_runs(application.schedule, {}, now) == []
