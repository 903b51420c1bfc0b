"""Puts tasks on the queue: three attempts in all, waits with jitter, one page in one round trip."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

from redis.client import Pipeline
from rq import Retry
from rq.job import Job
from rq.queue import EnqueueData, Queue

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.durations import JOB_FAILURE_KEPT, JOB_RESULT_KEPT, JOB_TIMEOUT, RETRY_WAITS
from proactive.model.task import Task
from proactive.queue.rq_classes import JsonQueue

#: Attempts in all: RQ counts the retries that follow the first.
ATTEMPTS = 3


def retry_policy(chance: random.Random | None = None) -> Retry:
    """The policy of two retries after 10 and 20 seconds, each with up to 20 % jitter (RQ itself adds none).

    RQ counts whole seconds and cuts off the rest, hence one more.
    """
    draw = chance.uniform if chance else random.uniform
    return Retry(max=ATTEMPTS - 1, interval=[round(wait * draw(1.0, 1.2)) + 1 for wait in RETRY_WAITS])


def job_id(task: Task) -> str:
    """The id of the schedule's job for an occurrence: the same again is the same job.

    One asked for by hand gets an id of its own, so that it never waits behind a remembered one.
    """
    suffix = f"-{uuid4().hex[:8]}" if task.by_hand else ""
    return f"{task.type}-{task.occurrence.id}{suffix}"


def job_kwargs(task: Task) -> dict[str, Any]:
    """What the job of a task carries."""
    return task.model_dump(mode="json", exclude={"type"}, exclude_defaults=True)


def enqueue(
    queue: JsonQueue,
    task: Task,
    at: dt.datetime | None = None,
    *,
    pipeline: Pipeline | None = None,
    name: str | None = None,
) -> Job:
    """Put one task on the queue, or on the schedule for the aware instant `at`; one round trip.

    With a `pipeline` (in MULTI) nothing happens before its `execute`. `name` is the job's id where it replaces
    one that was lost.

    Raises:
        redis.RedisError: Redis is away; nothing was enqueued.
    """
    data = _job_data(task)
    job = queue.create_job(
        data.func, kwargs=data.kwargs, job_id=name or data.job_id, timeout=data.timeout, result_ttl=data.result_ttl,
        failure_ttl=data.failure_ttl, description=data.description, retry=data.retry,
    )  # fmt: skip
    if at is not None:
        return queue.schedule_job(job, at, pipeline=pipeline)
    return queue.enqueue_job(job, pipeline=pipeline)


def enqueue_page(queue: JsonQueue, tasks: Iterable[Task]) -> int:
    """Put a page of tasks on the queue in one round trip; answer how many. Raises like `enqueue`."""
    return len(queue.enqueue_many([_job_data(task) for task in tasks]))


def enqueue_at_their_time(queue: JsonQueue, tasks: Sequence[Task]) -> None:
    """Put tasks on the schedule for the moments at which they are due, in one round trip. Raises like `enqueue`."""
    if not tasks:
        return
    with queue.connection.pipeline() as pipe:
        pipe.multi()
        for task in tasks:
            enqueue(queue, task, task.scheduled_for, pipeline=pipe)
        pipe.execute()


def _job_data(task: Task) -> EnqueueData:
    return Queue.prepare_data(
        MESSAGE_TYPES[task.type].job,
        kwargs=job_kwargs(task),
        job_id=job_id(task),
        timeout=JOB_TIMEOUT,
        result_ttl=JOB_RESULT_KEPT,
        failure_ttl=JOB_FAILURE_KEPT,
        # what rq-dashboard shows and RQ's own worker logs: the function, and never the data
        description=f"{MESSAGE_TYPES[task.type].job} {task.key} for {task.recipient.kind} {task.recipient.id}",
        retry=retry_policy(),
    )
