"""Submissions through the API: the job of an occurrence, enqueued and remembered in one transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import cast

from redis import WatchError

from proactive.app import Application
from proactive.errors import InvalidInput
from proactive.jobs.resend import renew
from proactive.model.durations import REMEMBERED
from proactive.model.task import Task
from proactive.queue.enqueue import enqueue
from proactive.storage.redis import submission_key


@dataclass(frozen=True, slots=True)
class Submission:
    """The job of an occurrence: `new` if it was enqueued now, `same_data` if it carries the data of the request."""

    job_id: str
    new: bool
    same_data: bool = True


class Submissions:
    """One hash an occurrence, `aurora:api:asked:{id}`. Raises redis.RedisError where Redis is away."""

    def __init__(self, app: Application) -> None:
        self._app = app

    def find(self, task: Task) -> Submission | None:
        """The submission of the task's occurrence, None if there was none here."""
        known = cast("dict[bytes, bytes]", self._app.redis.hgetall(submission_key(task.occurrence.id)))
        return _submission(known, task) if known else None

    def submit_once(self, task: Task) -> Submission:
        """Enqueue the task, unless its occurrence was submitted before: requests at the same moment make one job."""
        key = submission_key(task.occurrence.id)
        with self._app.redis.pipeline() as pipe:
            while True:
                try:
                    pipe.watch(key)
                    if known := cast("dict[bytes, bytes]", pipe.hgetall(key)):
                        return _submission(known, task)
                    pipe.multi()
                    job = enqueue(self._app.queue, task, pipeline=pipe)
                    pipe.hset(key, mapping={"job": job.id, "data": _fingerprint(task)})
                    pipe.expire(key, REMEMBERED)
                    pipe.execute()
                except WatchError:
                    continue
                return Submission(job.id, new=True)

    def revive(self, submission: Submission, task: Task, now: dt.datetime) -> Submission:
        """Run a job again that ended with nothing to say; one that is gone is replaced."""
        try:
            job = self._app.inspection.fetch(submission.job_id)
        except InvalidInput:
            self._app.redis.delete(submission_key(task.occurrence.id))
            return self.submit_once(task)
        if job.is_finished:
            renew(job, now)
            self._app.queue.finished_job_registry.remove(job)
            self._app.queue.enqueue_job(job)
        return submission


def _submission(known: dict[bytes, bytes], task: Task) -> Submission:
    return Submission(known[b"job"].decode(), new=False, same_data=known[b"data"].decode() == _fingerprint(task))


def _fingerprint(task: Task) -> str:
    return hashlib.sha256(json.dumps(task.data, sort_keys=True).encode()).hexdigest()[:16]
