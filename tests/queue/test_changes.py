"""What operators change in the queue."""

from __future__ import annotations

import datetime as dt

import pytest
import redis
from rq.job import JobStatus
from rq.suspension import suspend

from proactive.errors import InvalidInput
from proactive.queue.changes import delete_job, resume_workers
from proactive.queue.enqueue import enqueue
from proactive.queue.inspection import QueueInspection
from proactive.queue.rq_classes import JsonJob, JsonQueue
from tests.queue.conftest import MakeTask


@pytest.mark.parametrize("state", ["waiting", "scheduled", "completed", "failed"])
def test_a_job_is_deleted_from_wherever_it_stands(
    queue: JsonQueue, view: QueueInspection, make_task: MakeTask, state: str
) -> None:
    job = enqueue(queue, make_task(), dt.datetime(2036, 1, 1, tzinfo=dt.UTC) if state == "scheduled" else None)
    if state in ("completed", "failed"):
        queue.remove(job)
        job.set_status(JobStatus.FINISHED if state == "completed" else JobStatus.FAILED)
        registry = queue.finished_job_registry if state == "completed" else queue.failed_job_registry
        registry.add(job, 600)
    assert view.counts()[state] == 1
    delete_job(queue, view.fetch(job.id))
    assert set(view.counts().values()) == {0}
    assert not JsonJob.exists(job.id, connection=queue.connection)


@pytest.mark.parametrize("taken", [True, False])
def test_a_job_that_a_worker_has_stays(
    queue: JsonQueue, make_task: MakeTask, redis_client: redis.Redis, taken: bool
) -> None:
    job = enqueue(queue, make_task())
    queue.remove(job)
    if taken:
        redis_client.lpush(queue.intermediate_queue_key, job.id)
    else:
        job.set_status(JobStatus.STARTED)
    with pytest.raises(InvalidInput):
        delete_job(queue, JsonJob.fetch(job.id, connection=redis_client))
    assert JsonJob.exists(job.id, connection=redis_client)


def test_suspended_workers_go_on(queue: JsonQueue, view: QueueInspection, redis_client: redis.Redis) -> None:
    suspend(redis_client)
    assert resume_workers(queue)
    assert not view.suspended()
    assert not resume_workers(queue)
