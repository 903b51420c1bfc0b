"""What people change in the queue: a job is deleted, a scheduled one cancelled or moved, suspended workers go on."""

from __future__ import annotations

from rq.job import Job, JobStatus
from rq.registry import ScheduledJobRegistry
from rq.suspension import resume

from proactive.errors import InvalidInput
from proactive.model.task import Task
from proactive.queue.enqueue import job_kwargs
from proactive.queue.rq_classes import JsonQueue
from proactive.storage.redis import load_script


def delete_job(queue: JsonQueue, job: Job) -> None:
    """Delete a job that no worker has, with its results, from wherever it stands.

    Raises:
        InvalidInput: a worker runs it, or has just taken it.
        redis.RedisError: Redis is away.
    """
    if job.get_status() == JobStatus.STARTED or job.id in queue.intermediate_queue.get_job_ids():
        raise InvalidInput(f"job {job.id} is being run: it can be deleted when it has ended")
    job.delete()


def cancel_scheduled(queue: JsonQueue, job: Job, forgotten: str) -> bool:
    """Take a job off the schedule for good, with the key `forgotten`; False where it is on it no more.

    Raises redis.RedisError where Redis is away.
    """
    scheduled = ScheduledJobRegistry(queue=queue).key
    return bool(load_script(queue.connection, "queue", "cancel")(keys=[scheduled, job.key, forgotten], args=[job.id]))


def reschedule(queue: JsonQueue, job: Job, task: Task) -> bool:
    """Give a message's job that waits for its time the moment at which `task` is due; False where it waits no more.

    Raises redis.RedisError where Redis is away.
    """
    job.kwargs = job.kwargs | job_kwargs(task)
    script = load_script(queue.connection, "queue", "reschedule")
    keys = [ScheduledJobRegistry(queue=queue).key, job.key]
    data = job.to_dict()["data"]
    return bool(script(keys=keys, args=[job.id, int(task.scheduled_for.timestamp()), data]))


def resume_workers(queue: JsonQueue) -> bool:
    """Let suspended workers go on, as `rq resume` does; False where they were not suspended.

    Raises redis.RedisError where Redis is away.
    """
    return bool(resume(queue.connection))
