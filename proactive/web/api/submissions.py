"""What was asked for through the API: the job that stands for an occurrence, remembered with it as one."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from redis import WatchError
from rq.exceptions import NoSuchJobError

from proactive.app import Application
from proactive.jobs.resend import renew
from proactive.model.task import Task
from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonJob

#: Longer than any occurrence can still be sent; after that the record alone knows it.
_KEEP_SECONDS = 3 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Submission:
    """The job of an occurrence; `new` if it was enqueued now, `same` if it was asked for with the same data."""

    job_id: str
    new: bool
    same: bool = True


class Submissions:
    """One hash an occurrence, `aurora:api:asked:{id}`. Raises redis.RedisError where Redis is away."""

    def __init__(self, app: Application) -> None:
        self._app = app

    def remembered(self, task: Task) -> Submission | None:
        """The job that was enqueued for the task's occurrence, None if nobody asked for it here."""
        known = cast("dict[bytes, bytes]", self._app.redis.hgetall(_key(task.occurrence.id)))
        return _submission(known, task) if known else None

    def once(self, task: Task) -> Submission:
        """Enqueue the task, unless its occurrence was asked for before: however many ask at once, one job."""
        key = _key(task.occurrence.id)
        with self._app.redis.pipeline() as pipe:
            while True:
                try:
                    pipe.watch(key)  # type: ignore[no-untyped-call]  # redis-py's
                    if known := cast("dict[bytes, bytes]", pipe.hgetall(key)):
                        return _submission(known, task)
                    pipe.multi()
                    job = enqueue(self._app.queue, task, pipeline=pipe)
                    pipe.hset(key, mapping={"job": job.id, "data": _fingerprint(task)})
                    pipe.expire(key, _KEEP_SECONDS)
                    pipe.execute()
                except WatchError:
                    continue
                return Submission(job.id, new=True)

    def revive(self, standing: Submission, task: Task, now: dt.datetime) -> Submission:
        """Let a job that ended without anything to say look again; one that is gone is replaced."""
        try:
            job = JsonJob.fetch(standing.job_id, connection=self._app.redis)
        except NoSuchJobError:
            self._app.redis.delete(_key(task.occurrence.id))
            return self.once(task)
        if job.is_finished:
            renew(job, now)
            self._app.queue.finished_job_registry.remove(job)
            self._app.queue.enqueue_job(job)
        return standing


def _submission(known: dict[bytes, bytes], task: Task) -> Submission:
    return Submission(known[b"job"].decode(), new=False, same=known[b"data"].decode() == _fingerprint(task))


def _fingerprint(task: Task) -> str:
    return hashlib.sha256(json.dumps(task.data, sort_keys=True).encode()).hexdigest()[:16]


def _key(message_id: UUID) -> str:
    return f"aurora:api:asked:{message_id}"
