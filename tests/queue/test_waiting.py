"""The messages that wait on the queue are found by their ids, wherever their jobs stand."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
import redis
from rq.job import JobStatus

from proactive.model.wait_reasons import WaitNote, WaitReason
from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonQueue
from proactive.queue.wait_notes import keep_note
from proactive.queue.waiting import WaitingMessages, by_job
from proactive.storage.redis import submission_key
from tests.queue.conftest import MakeTask

SOON = dt.datetime(2036, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def waiting(queue: JsonQueue) -> WaitingMessages:
    return WaitingMessages(queue)


@pytest.mark.parametrize("by_hand", [True, False])
def test_one_that_comes_back_says_why_and_when(
    waiting: WaitingMessages, queue: JsonQueue, make_task: MakeTask, by_hand: bool
) -> None:
    task, note = make_task(by_hand=by_hand), WaitNote(WaitReason.QUIET_HOURS, SOON)
    job = enqueue(queue, task, SOON)
    keep_note(job, note)
    job.save()
    found = waiting.find(task.occurrence.id)
    assert found is not None
    assert (found.job_id, found.note, found.due, found.active, found.task) == (job.id, note, SOON, False, task)
    assert waiting.of({task.occurrence.id: None}) == {task.occurrence.id: found}
    assert waiting.next_ones(5) == [found]


def test_one_on_the_queue_waits_for_its_turn_whatever_it_had_waited_for(
    waiting: WaitingMessages, queue: JsonQueue, make_task: MakeTask
) -> None:
    task = make_task()
    job = enqueue(queue, task)
    keep_note(job, WaitNote(WaitReason.PAUSED))
    job.save()
    found = waiting.find(task.occurrence.id)
    assert found is not None
    assert (found.note, found.due, found.active) == (WaitNote(WaitReason.TURN), None, False)


def test_one_that_is_being_sent_is_active(
    waiting: WaitingMessages, queue: JsonQueue, make_task: MakeTask, redis_client: redis.Redis
) -> None:
    job = enqueue(queue, task := make_task())
    queue.remove(job)
    job.set_status(JobStatus.STARTED)
    redis_client.zadd(queue.started_job_registry.key, {f"{job.id}:execution": 4e9})
    found = waiting.find(task.occurrence.id)
    assert found is not None and found.active


@pytest.mark.parametrize("status", [JobStatus.FINISHED, JobStatus.FAILED])
def test_one_that_has_ended_does_not_wait(
    waiting: WaitingMessages, queue: JsonQueue, make_task: MakeTask, status: JobStatus
) -> None:
    job = enqueue(queue, task := make_task())
    queue.remove(job)
    job.set_status(status)
    assert waiting.find(task.occurrence.id) is None
    assert waiting.of({task.occurrence.id: job.id}) == {}


def test_the_api_remembers_the_job_of_what_it_was_asked_for(
    waiting: WaitingMessages, queue: JsonQueue, make_task: MakeTask, redis_client: redis.Redis
) -> None:
    job = enqueue(queue, task := make_task(by_hand=True), name="a-name-of-its-own")
    redis_client.hset(submission_key(task.occurrence.id), "job", job.id)
    found = waiting.find(task.occurrence.id)
    assert found is not None and found.job_id == "a-name-of-its-own"
    assert waiting.find(uuid4()) is None
    assert waiting.of({}) == {}


def test_only_pending_records_are_looked_for() -> None:
    one, other = uuid4(), uuid4()
    rows = [
        {"id": str(one), "status": "pending", "job_id": "a"}, {"id": str(other), "status": "sent", "job_id": "b"},
    ]  # fmt: skip
    assert by_job(rows) == {one: "a"}
