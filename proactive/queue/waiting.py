"""The messages that wait on the queue, by their ids: why, and until when. Records know nothing of a wait."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from rq.job import Job, JobStatus
from rq.registry import ScheduledJobRegistry
from rq.utils import as_text

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.task import Task
from proactive.model.wait_reasons import WaitNote, WaitReason
from proactive.queue.rq_classes import JsonJob, JsonQueue
from proactive.queue.task_of_job import task_of_job
from proactive.queue.wait_notes import note_of_job
from proactive.storage.redis import submission_key

#: So many jobs of those that wait, and of those that come back, are looked through for messages: the next ones.
_LOOKED_THROUGH = 5000
_JOB = re.compile(r"([a-z_]+)-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:-[0-9a-f]{8})?")
_WAITS = {JobStatus.QUEUED, JobStatus.SCHEDULED, JobStatus.DEFERRED, JobStatus.STARTED}


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """A message that waits on the queue, or (`active`) is being sent. `due` is when its job comes back, None where it
    stands on the queue; `since` when it was put there (both aware)."""

    job_id: str
    task: Task
    note: WaitNote
    active: bool
    since: dt.datetime | None
    due: dt.datetime | None


class WaitingMessages:
    """Reads the queue and changes nothing in it; raises redis.RedisError where Redis is away."""

    def __init__(self, queue: JsonQueue) -> None:
        self._queue, self._redis = queue, queue.connection
        self._scheduled = ScheduledJobRegistry(queue=queue).key

    def of(self, job_ids: Mapping[UUID, str | None]) -> dict[UUID, WaitingMessage]:
        """The messages among these that wait, by id; each comes with the job of its last attempt, if one is known."""
        if not job_ids:
            return {}
        index = self._index()
        jobs = {message: index.get(message) or job for message, job in job_ids.items()}
        return self._waiting([job for job in jobs.values() if job])

    def find(self, message_id: UUID) -> WaitingMessage | None:
        """The message of that id, if it waits, whoever asked for it; None if it does not."""
        asked = cast("bytes | None", self._redis.hget(submission_key(message_id), "job"))
        candidates = [self._index().get(message_id), as_text(asked) if asked else None]
        candidates += [f"{type_}-{message_id}" for type_ in MESSAGE_TYPES]
        return self._waiting([each for each in candidates if each]).get(message_id)

    def next_ones(self, limit: int) -> list[WaitingMessage]:
        """Up to `limit` messages that wait, those that come back first, then those on the queue."""
        return list(self._waiting(list(self._index().values())[:limit]).values())

    def _index(self) -> dict[UUID, str]:
        """The jobs of messages that wait, by message."""
        last = _LOOKED_THROUGH - 1
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.zrange(self._scheduled, 0, last)
            pipe.lrange(self._queue.key, 0, last)
            pipe.zrange(self._queue.started_job_registry.key, 0, last)
            scheduled, waiting, started = cast("list[list[bytes]]", pipe.execute())
        names = [as_text(each) for each in (*scheduled, *waiting)]
        names += [as_text(each).rpartition(":")[0] for each in started]
        found = ((message_of_job(name), name) for name in names)
        return {message[1]: name for message, name in found if message}

    def _waiting(self, job_ids: list[str]) -> dict[UUID, WaitingMessage]:
        if not job_ids:
            return {}
        jobs = JsonJob.fetch_many(job_ids, connection=self._redis)
        scores = self._redis.zmscore(self._scheduled, job_ids)
        found: dict[UUID, WaitingMessage] = {}
        for job, score in zip(jobs, scores, strict=True):
            if job is not None and job.get_status(refresh=False) in _WAITS and (task := task_of_job(job)) is not None:
                found.setdefault(task.occurrence.id, _view(job, task, score))
        return found


def message_of_job(job_id: str) -> tuple[str, UUID] | None:
    """The type and the id of the message that a job of that id sends; None of another job."""
    match = _JOB.fullmatch(job_id)
    return (match[1], UUID(match[2])) if match and match[1] in MESSAGE_TYPES else None


def by_job(rows: Iterable[Mapping[str, Any]]) -> dict[UUID, str | None]:
    """The pending ones of records, each with the job of its last attempt: what `WaitingMessages.of` takes."""
    return {UUID(row["id"]): row["job_id"] for row in rows if row["status"] == "pending"}


def _view(job: Job, task: Task, score: float | None) -> WaitingMessage:
    due = dt.datetime.fromtimestamp(score, dt.UTC) if score is not None else None
    note = note_of_job(job) if due else None
    if due is not None and note is None and not task.by_hand:  # the schedule's: it goes out at the time that was chosen
        note = WaitNote(WaitReason.CHOSEN_TIME, due)
    active = job.get_status(refresh=False) == JobStatus.STARTED
    return WaitingMessage(job.id, task, note or WaitNote(WaitReason.TURN), active, _utc(job.enqueued_at), due)


def _utc(moment: dt.datetime | None) -> dt.datetime | None:
    return moment.replace(tzinfo=dt.UTC) if moment is not None and moment.tzinfo is None else moment
