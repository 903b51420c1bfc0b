"""Sending again what failed: which task a job carries, and the attempts it gets anew."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
import redis

from proactive.errors import SupabaseError
from proactive.jobs import resend as resending
from proactive.jobs.resend import Resent, renew, resend_many
from proactive.model.author import Author
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonJob, JsonQueue
from proactive.queue.task_of_job import task_of_job

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
AUTHOR = Author("key:tests", "api")
TASK = Task(
    type="custom_campaign", organization_id=UUID(int=1), recipient=Recipient.owner(UUID(int=2)), key="a-campaign",
    scheduled_for=NOW - dt.timedelta(days=1), timezone="America/Sao_Paulo", data={"message": None},
)  # fmt: skip


def fetched(queue: JsonQueue, job_id: str) -> JsonJob:
    job = JsonJob.fetch(job_id, connection=queue.connection)
    assert isinstance(job, JsonJob)
    return job


@pytest.fixture
def queue(redis_client: redis.Redis) -> JsonQueue:
    return JsonQueue(connection=redis_client)


def test_a_job_that_is_renewed_is_due_now_by_hand_and_the_same_occurrence(queue: JsonQueue) -> None:
    job = fetched(queue, enqueue(queue, TASK).id)
    job.retries_left = 0
    renew(job, NOW)
    job.save()
    again = fetched(queue, job.id)
    assert again.retries_left == 2
    task = task_of_job(again)
    assert task == TASK.model_copy(update={"by_hand": True, "scheduled_for": NOW})
    assert task is not None
    assert task.occurrence.id == TASK.occurrence.id


@pytest.mark.parametrize(("function", "kwargs"), [("os.getcwd", {}), ("proactive.jobs.tick.run", {"type": "x"})])
def test_a_job_that_is_no_messages_gets_its_attempts_and_nothing_else(
    queue: JsonQueue, function: str, kwargs: dict[str, Any]
) -> None:
    job = fetched(queue, queue.enqueue(function, kwargs=kwargs).id)
    renew(job, NOW)
    assert job.retries_left == 2
    assert job.kwargs == kwargs


def test_several_are_sent_again_and_what_could_not_be_tried_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [UUID(int=number) for number in range(5)]
    answers: dict[UUID, Any] = {ids[0]: "job-0", ids[1]: None, ids[2]: "job-2", ids[3]: SupabaseError("away")}
    asked: list[UUID] = []

    def resend(_: object, message_id: UUID, now: dt.datetime, author: Author) -> str | None:
        asked.append(message_id)
        if isinstance(answers[message_id], Exception):
            raise answers[message_id]
        found: str | None = answers[message_id]
        return found

    monkeypatch.setattr(resending, "resend", resend)
    app: Any = None
    found = resend_many(app, [*ids, ids[0]], NOW, AUTHOR)
    assert found == Resent({ids[0]: "job-0", ids[2]: "job-2"}, [ids[1]], ids[3:])
    assert asked == ids[:4]
    with pytest.raises(SupabaseError):
        resend_many(app, ids[3:], NOW, AUTHOR)
