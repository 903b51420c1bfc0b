"""Jobs that carry what a person typed go soon after they ended, and no others do."""

from __future__ import annotations

import datetime as dt

import pytest
from rq.job import Job, JobStatus
from rq.registry import BaseRegistry
from rq.utils import utcformat

from proactive.model.durations import TYPED_FAILED_KEPT, TYPED_FINISHED_KEPT
from proactive.queue.enqueue import enqueue
from proactive.queue.retention import JobRetention
from proactive.queue.rq_classes import JsonQueue
from tests.queue.conftest import MakeTask

NOW = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
TYPED = {"campaign_type": "promocional", "target_audience": "vip", "message": "Só para a Dona Célia"}


def ended(queue: JsonQueue, make_task: MakeTask, status: JobStatus, seconds: float, **changes: object) -> Job:
    """A job that ended so many seconds before NOW."""
    changes = changes or {"type": "custom_campaign", "data": TYPED, "key": f"campaign-{seconds}-{status.value}"}
    job = enqueue(queue, make_task().model_copy(update=changes))
    queue.connection.lrem(queue.key, 0, job.id)
    registry_of(queue, status).add(job, 90 * 24 * 3600)
    queue.connection.hset(
        job.key, mapping={"status": status.value, "ended_at": utcformat(NOW - dt.timedelta(seconds=seconds))}
    )
    return job


def registry_of(queue: JsonQueue, status: JobStatus) -> BaseRegistry:
    registries: dict[JobStatus, BaseRegistry] = {
        JobStatus.FINISHED: queue.finished_job_registry, JobStatus.FAILED: queue.failed_job_registry,
        JobStatus.STOPPED: queue.failed_job_registry, JobStatus.CANCELED: queue.canceled_job_registry,
    }  # fmt: skip
    return registries[status]


@pytest.mark.parametrize(
    ("status", "kept"),
    [(JobStatus.FINISHED, TYPED_FINISHED_KEPT), (JobStatus.FAILED, TYPED_FAILED_KEPT),
     (JobStatus.STOPPED, TYPED_FAILED_KEPT), (JobStatus.CANCELED, TYPED_FAILED_KEPT)],
)  # fmt: skip
def test_a_campaigns_job_goes_when_its_time_is_over(
    queue: JsonQueue, make_task: MakeTask, status: JobStatus, kept: int
) -> None:
    old, young = (ended(queue, make_task, status, kept + more) for more in (60, -60))
    assert JobRetention(queue).forget(NOW) == 1
    assert not Job.exists(old.id, queue.connection)
    assert Job.exists(young.id, queue.connection)
    assert registry_of(queue, status).get_job_ids(cleanup=False) == [young.id]
    assert not list(queue.connection.scan_iter(f"*{old.id}*"))


def test_a_job_without_words_stays(queue: JsonQueue, make_task: MakeTask) -> None:
    job = ended(queue, make_task, JobStatus.FAILED, 80 * 24 * 3600, type="daily_summary", data={})
    assert JobRetention(queue).forget(NOW) == 0
    assert Job.exists(job.id, queue.connection)


@pytest.mark.parametrize("status", ["queued", "scheduled", "started", "deferred"])
def test_a_job_that_waits_once_more_under_its_id_stays(queue: JsonQueue, make_task: MakeTask, status: str) -> None:
    job = ended(queue, make_task, JobStatus.FAILED, 80 * 24 * 3600)
    queue.connection.hset(job.key, "status", status)
    assert JobRetention(queue).forget(NOW) == 0
    assert Job.exists(job.id, queue.connection)


def test_more_jobs_than_a_page_go_at_once(queue: JsonQueue, make_task: MakeTask) -> None:
    jobs = [ended(queue, make_task, JobStatus.FINISHED, TYPED_FINISHED_KEPT + 1 + number) for number in range(450)]
    queue.connection.delete(jobs[0].key)  # its data went before it
    assert JobRetention(queue).forget(NOW) == 450
    assert queue.finished_job_registry.get_job_ids(cleanup=False) == []
