"""The note that a job keeps while it waits."""

from __future__ import annotations

import datetime as dt

import redis
from rq import Retry
from rq.timeouts import TimerDeathPenalty
from rq.worker import SimpleWorker

from proactive.model.wait_reasons import WaitNote, WaitReason
from proactive.queue.enqueue import enqueue
from proactive.queue.inspection import QueueInspection
from proactive.queue.rq_classes import JsonJob, JsonQueue
from proactive.queue.wait_notes import keep_note, note_of_job
from tests.queue.conftest import MakeTask

NOTE = WaitNote(WaitReason.PAUSED, said="férias")


class InThread(SimpleWorker):
    death_penalty_class = TimerDeathPenalty


def waits() -> Retry:
    """A job that comes back, and says why."""
    from rq import get_current_job  # noqa: PLC0415  what the job itself does

    job = get_current_job()
    assert job is not None
    keep_note(job, NOTE)
    return Retry(max=9, interval=60)


def test_rq_writes_the_note_down_when_it_puts_the_job_away(queue: JsonQueue, view: QueueInspection) -> None:
    job = queue.enqueue("tests.queue.test_wait_notes.waits")
    InThread([queue], connection=queue.connection, serializer="json").work(burst=True, logging_level="CRITICAL")
    (shown,) = view.jobs("scheduled")
    assert (shown.id, shown.wait) == (job.id, NOTE)
    assert shown.due is not None
    assert 0 < (shown.due - dt.datetime.now(dt.UTC)).total_seconds() <= 60
    assert shown.as_json()["waits"] == "somebody paused it: férias"
    assert view.view(JsonJob.fetch(job.id, connection=queue.connection)) == shown


def test_a_job_without_a_note_has_none(queue: JsonQueue, make_task: MakeTask, redis_client: redis.Redis) -> None:
    job = enqueue(queue, make_task(), dt.datetime(2036, 1, 1, tzinfo=dt.UTC))
    assert note_of_job(job) is None
    keep_note(job, NOTE)
    assert note_of_job(job) == NOTE
    keep_note(job, None)
    assert note_of_job(job) is None
    redis_client.hset(job.key, "meta", b'{"waits": "sun"}')
    assert note_of_job(JsonJob.fetch(job.id, connection=redis_client)) is None
