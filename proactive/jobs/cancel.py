"""Cancels a job that waits for its time, because somebody decided so."""

from __future__ import annotations

from rq.job import Job
from rq.registry import ScheduledJobRegistry

from proactive.app import Application
from proactive.errors import InvalidInput
from proactive.model.author import Author
from proactive.model.task import Task
from proactive.queue.changes import cancel_scheduled
from proactive.queue.task_of_job import task_of_job
from proactive.records.changes import Change
from proactive.records.queries import MessageQueries
from proactive.storage.redis import submission_key


def cancel(app: Application, job: Job, author: Author) -> Task:
    """Take a scheduled message off the schedule for good, as `author` decided; answers what it was to send.

    One whose record is pending was tried before and only waits to be tried again: its record would get a new job.

    Raises:
        InvalidInput: it does not wait for its time, is no message's, was tried before, or began at this moment.
        SupabaseError, redis.RedisError: one of them is away; nothing was changed.
    """
    task = task_of_job(job)
    if task is None or job.id not in ScheduledJobRegistry(queue=app.queue):
        raise InvalidInput(f"job {job.id} is no message that waits for its time: only those can be cancelled")
    record = MessageQueries(app.database).message(task.occurrence.id)
    if record is not None and record["status"] == "pending":
        raise InvalidInput(f"job {job.id} was tried already and comes back: pause its organisation or type instead")
    if not cancel_scheduled(app.queue, job, submission_key(task.occurrence.id)):
        raise InvalidInput(f"job {job.id} began at this moment: it cannot be cancelled any more")
    before = {"job": job.id, "type": task.type, "scheduled_for": task.scheduled_for.isoformat()}
    subject = str(task.occurrence.id)
    app.changes.record(Change(author, "message_cancelled", subject, task.organization_id, before))
    return task
