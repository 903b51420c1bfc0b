"""Cancelling a job against whoever else is at it: what began is not cancelled, what was tried comes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import redis
from rq.registry import ScheduledJobRegistry

from proactive.app import Application, build
from proactive.errors import InvalidInput
from proactive.jobs.cancel import cancel
from proactive.model.author import Author
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonJob
from proactive.settings import load_settings
from proactive.storage.redis import submission_key

LATER = dt.datetime(2031, 1, 1, 12, tzinfo=dt.UTC)
AUTHOR = Author("key:tests", "api")


@pytest.fixture
def app(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, redis_client: redis.Redis
) -> Iterator[Application]:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    yield build(load_settings())


def scheduled(app: Application) -> tuple[Task, JsonJob]:
    task = Task(
        type="birthdays", organization_id=uuid4(), recipient=Recipient.owner(uuid4()), key="2031-01-01",
        scheduled_for=LATER, timezone="America/Sao_Paulo", by_hand=True,
    )  # fmt: skip
    return task, app.inspection.fetch(enqueue(app.queue, task, LATER).id)


def test_a_cancelled_job_leaves_nothing_behind(app: Application) -> None:
    task, job = scheduled(app)
    app.redis.hset(submission_key(task.occurrence.id), mapping={"job": job.id, "data": "x"})
    assert cancel(app, job, AUTHOR) == task
    assert app.redis.keys("rq:job:*") == [] and not app.redis.exists(submission_key(task.occurrence.id))
    assert ScheduledJobRegistry(queue=app.queue).count == 0


def test_a_job_that_begins_at_this_moment_goes_on(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    _, job = scheduled(app)
    monkeypatch.setattr("proactive.jobs.cancel.MessageQueries", lambda _: Taking(app, job))
    with pytest.raises(InvalidInput, match="began at this moment"):
        cancel(app, job, AUTHOR)
    assert JsonJob.exists(job.id, connection=app.redis)


class Taking:
    """The record is read while somebody takes the job off the schedule, to run it."""

    def __init__(self, app: Application, job: JsonJob) -> None:
        self._app, self._job = app, job

    def message(self, _: object) -> None:
        ScheduledJobRegistry(queue=self._app.queue).remove(self._job)


def test_a_message_that_was_tried_comes_back_and_is_not_cancelled(
    app: Application, database: psycopg.Connection[dict[str, Any]]
) -> None:
    task, job = scheduled(app)
    database.execute(
        "insert into aurora_proactive_messages (id, organization_id, message_type, status, scheduled_for)"
        " values (%s, %s, 'birthdays', 'pending', now())",
        [task.occurrence.id, task.organization_id],
    )
    try:
        with pytest.raises(InvalidInput, match="was tried already and comes back"):
            cancel(app, job, AUTHOR)
    finally:
        database.execute("delete from aurora_proactive_messages where id = %s", [task.occurrence.id])
    assert job.id in ScheduledJobRegistry(queue=app.queue)
