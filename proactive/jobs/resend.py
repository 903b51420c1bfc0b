"""Sends again what failed, because somebody decided so: by job (requeue), or by message (resend)."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from rq.exceptions import InvalidJobOperation
from rq.job import Job

from proactive.app import Application
from proactive.errors import InvalidInput
from proactive.queue.enqueue import ATTEMPTS, enqueue
from proactive.queue.task_of_job import task_of_job


def requeue(app: Application, job: Job, now: dt.datetime) -> None:
    """Put a failed job back on the queue with all its attempts, as asked for at `now` (aware).

    Raises:
        InvalidInput: it has not failed.
        SupabaseError: its record cannot be reopened now; nothing was changed.
    """
    registry = app.queue.failed_job_registry
    if job.id not in registry:
        raise InvalidInput(f"job {job.id} has not failed: only failed jobs can be requeued")
    task = task_of_job(job)
    if task is not None:
        app.records.reopen(task.occurrence.id)
    renew(job, now)
    try:
        registry.requeue(job)
    except InvalidJobOperation:
        raise InvalidInput(f"job {job.id} was requeued by somebody else at this moment") from None


def renew(job: Job, now: dt.datetime) -> None:
    """Give a job all its attempts again and, if it is a message's, the moment `now` as the one it is due."""
    job.retries_left = ATTEMPTS - 1
    if task_of_job(job) is not None:
        job.kwargs = job.kwargs | {"by_hand": True, "scheduled_for": now.isoformat()}


def resend(app: Application, message_id: UUID, now: dt.datetime) -> str | None:
    """Send a failed message again as asked for at `now` (aware), although its job may have ended well.

    Answers the new job's id, None where there is no failed message of that id. Raises SupabaseError and
    redis.RedisError.
    """
    task = app.records.reopen(message_id)
    if task is None:
        return None
    return enqueue(app.queue, task.model_copy(update={"by_hand": True, "scheduled_for": now})).id
