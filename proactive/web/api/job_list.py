"""Jobs as the API shows them, and lists of them that show a caller only what is the caller's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from rq.exceptions import NoSuchJobError
from rq.job import Job as RqJob
from rq.job import JobStatus
from rq.registry import ScheduledJobRegistry

from proactive.jobs.resend import task_of
from proactive.queue.rq_classes import JsonJob, JsonQueue
from proactive.web.api.schemas import Job
from proactive.web.auth.callers import Caller

#: Jobs are read in pages of this size; a request looks at so many pages before it lets the client ask again.
_PAGE, _PAGES = 200, 10
_STATES = {
    JobStatus.QUEUED: "waiting",
    JobStatus.DEFERRED: "scheduled",
    JobStatus.SCHEDULED: "scheduled",
    JobStatus.STARTED: "active",
    JobStatus.FINISHED: "completed",
}
#: Only reasons in our own words: those of other libraries may repeat what they were given.
_OURS = "proactive.errors."


class JobList:
    """Reads the queue without touching it. Raises redis.RedisError where Redis is away."""

    def __init__(self, queue: JsonQueue) -> None:
        self._queue = queue
        registries = {
            "scheduled": (ScheduledJobRegistry(queue=queue), False),
            "active": (queue.started_job_registry, False),
            "completed": (queue.finished_job_registry, True),
            "failed": (queue.failed_job_registry, True),
        }

        def in_registry(state: str) -> Callable[[int], list[str]]:
            registry, newest_first = registries[state]
            return lambda start: registry.get_job_ids(start, start + _PAGE - 1, desc=newest_first, cleanup=False)

        self._ids = {state: in_registry(state) for state in registries}
        self._ids["waiting"] = lambda start: queue.get_job_ids(start, _PAGE)

    def page(self, state: str, caller: Caller, start: int, limit: int) -> tuple[list[Job], int | None]:
        """Up to `limit` jobs that the caller may see, from position `start` on, and the next position if there
        is more. Completed and failed ones come newest first."""
        shown: list[Job] = []
        for _ in range(_PAGES):
            ids = self._ids[state](start)
            found = JsonJob.fetch_many(ids, connection=self._queue.connection)
            for offset, job in enumerate(found):
                if job is not None and may_see(caller, job):
                    shown.append(describe(job, state))
                if len(shown) == limit:
                    more = offset + 1 < len(ids) or len(ids) == _PAGE
                    return shown, start + offset + 1 if more else None
            if len(ids) < _PAGE:
                return shown, None
            start += _PAGE
        return shown, start

    def find(self, job_id: str, caller: Caller) -> RqJob | None:
        """The job of that id, None where there is none that the caller may see."""
        try:
            job = JsonJob.fetch(job_id, connection=self._queue.connection)
        except NoSuchJobError:
            return None
        return job if may_see(caller, job) else None


def may_see(caller: Caller, job: RqJob) -> bool:
    """Whether a job is the caller's to see; one that is no message's is for services only."""
    task = task_of(job)
    return caller.sees(task.organization_id if task else None)


def describe(job: RqJob, state: str | None = None) -> Job:
    """A job; its state is asked for where it is not known from the list."""
    task = task_of(job)
    state = state or _STATES.get(job.get_status(refresh=False), "failed")
    return Job(
        id=job.id, state=state, type=task.type if task else None,
        organization_id=task.organization_id if task else None,
        owner_number_id=task.recipient.id if task and task.recipient.kind == "owner" else None,
        message_id=task.occurrence.id if task else None,
        enqueued_at=_utc(job.enqueued_at), started_at=_utc(job.started_at), ended_at=_utc(job.ended_at),
        attempts_left=job.retries_left or 0,
        result=_result(job) if state == "completed" else None,
        reason=_reason(job) if state == "failed" else None,
    )  # fmt: skip


def _result(job: RqJob) -> str | None:
    value = job.return_value()
    return value if isinstance(value, str) else None


def _reason(job: RqJob) -> str | None:
    latest = job.latest_result()
    lines = (latest.exc_string or "").strip().splitlines() if latest else []
    if not lines:
        return None
    kind, _, words = lines[-1].partition(": ")
    return words if kind.startswith(_OURS) else kind.rpartition(".")[2][:80]


def _utc(moment: dt.datetime | None) -> dt.datetime | None:
    return moment.replace(tzinfo=dt.UTC) if moment is not None and moment.tzinfo is None else moment
