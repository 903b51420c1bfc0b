"""The pump's job: one an instance, given back where it is lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import redis
from rq.job import Job

from proactive.app import Application, build
from proactive.campaigns.pump import pump_id
from proactive.jobs import pump
from proactive.jobs.pump import keep_pumps
from proactive.settings import Settings
from tests.support.mailing import Mailing

NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
def app(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, redis_client: redis.Redis
) -> Iterator[Application]:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    app = build(Settings())
    monkeypatch.setattr(pump, "application", lambda: app)
    yield app


def jobs(app: Application) -> list[str]:
    return [job_id for job_id in app.queue.job_ids if job_id.startswith("pump-")]


def test_an_instance_with_a_campaign_has_one_pump(
    app: Application, database: psycopg.Connection[dict[str, Any]]
) -> None:
    database.execute("delete from aurora_proactive_campaigns")
    assert keep_pumps(app, NOW) == 0
    mailing = Mailing(database)
    assert keep_pumps(app, NOW) == 1
    assert keep_pumps(app, NOW) == 0
    assert jobs(app) == [pump_id(mailing.instance)]
    app.redis.flushdb()  # Redis lost its data
    assert keep_pumps(app, NOW) == 1
    job = app.queue.fetch_job(pump_id(mailing.instance))
    assert isinstance(job, Job) and job.kwargs == {"instance": mailing.instance}


def test_a_pump_with_nothing_left_to_do_ends(app: Application) -> None:
    assert pump.run("nobody's") == "idle"


def test_a_pump_comes_back_while_something_is_left(
    app: Application, database: psycopg.Connection[dict[str, Any]]
) -> None:
    mailing = Mailing(database)
    again = pump.run(mailing.instance)
    assert not isinstance(again, str)
    assert again.intervals[0] >= 1
