"""Sends again what failed, because somebody decided so: by job (requeue), or by message (resend)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from redis import RedisError
from rq.exceptions import InvalidJobOperation
from rq.job import Job

from proactive.app import Application
from proactive.errors import InvalidInput, SupabaseError
from proactive.model.author import Author
from proactive.queue.enqueue import ATTEMPTS, enqueue
from proactive.queue.task_of_job import task_of_job
from proactive.records.changes import Change

#: At most so many messages are sent again at one request.
MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Resent:
    """What became of several messages that were to be sent again.

    `jobs` are the new jobs by message, `refused` the messages that have not failed, or whose record is not complete,
    `left` those that were not tried any more, because Supabase or Redis went away meanwhile.
    """

    jobs: dict[UUID, str]
    refused: list[UUID]
    left: list[UUID]


def requeue(app: Application, job: Job, now: dt.datetime, author: Author) -> None:
    """Put a failed job back on the queue with all its attempts, as `author` asked at `now` (aware), and write it down.

    Raises:
        InvalidInput: it has not failed.
        SupabaseError: its record cannot be reopened now; nothing was changed.
    """
    registry = app.queue.failed_job_registry
    if job.id not in registry:
        raise InvalidInput(f"job {job.id} has not failed: only failed jobs can be requeued")
    task = task_of_job(job)
    reopened = task is not None and app.records.reopen(task.occurrence.id, author=author) is not None
    renew(job, now)
    try:
        registry.requeue(job)
    except InvalidJobOperation:
        raise InvalidInput(f"job {job.id} was requeued by somebody else at this moment") from None
    if not reopened:  # else the database wrote down that its message goes out again
        app.changes.record(change_of_job(job, "job_requeued", author))


def change_of_job(job: Job, action: str, author: Author) -> Change:
    """What the log of changes says of a job: whose it is, which message, never its data."""
    task = task_of_job(job)
    about = {"job": job.id, "function": job.func_name} | ({"type": task.type} if task else {})
    subject = str(task.occurrence.id) if task else job.id
    return Change(author, action, subject, task.organization_id if task else None, after=about)


def renew(job: Job, now: dt.datetime) -> None:
    """Give a job all its attempts again and, if it is a message's, the moment `now` as the one it is due."""
    job.retries_left = ATTEMPTS - 1
    if task_of_job(job) is not None:
        job.kwargs = job.kwargs | {"by_hand": True, "scheduled_for": now.isoformat()}


def resend(app: Application, message_id: UUID, now: dt.datetime, author: Author) -> str | None:
    """Send a failed message again as `author` asked at `now` (aware), although its job may have ended well.

    Answers the new job's id, None where there is no failed message of that id. Raises SupabaseError and
    redis.RedisError.
    """
    task = app.records.reopen(message_id, author=author)
    if task is None:
        return None
    return enqueue(app.queue, task.model_copy(update={"by_hand": True, "scheduled_for": now})).id


def resend_many(app: Application, message_ids: Iterable[UUID], now: dt.datetime, author: Author) -> Resent:
    """Send several failed messages again, one after the other, each as `resend` does.

    Raises SupabaseError and redis.RedisError where not even the first could be tried: nothing was changed then.
    """
    resent, waiting = Resent({}, [], []), list(dict.fromkeys(message_ids))
    for place, message_id in enumerate(waiting):
        try:
            job_id = resend(app, message_id, now, author)
        except (SupabaseError, RedisError):
            if not place:
                raise
            resent.left.extend(waiting[place:])
            break
        if job_id is None:
            resent.refused.append(message_id)
        else:
            resent.jobs[message_id] = job_id
    return resent
