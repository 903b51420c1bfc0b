"""What waits, runs, finished and failed: the product's `getJobs`, `getCompleted` and `getFailed`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rq.exceptions import NoSuchJobError
from rq.job import Job
from rq.registry import ScheduledJobRegistry

from proactive.errors import InvalidInput
from proactive.queue.rq_classes import JsonJob, JsonQueue

STATES = ("waiting", "scheduled", "active", "completed", "failed")


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as people see it; times are aware (UTC). `reason` is the last line of a failure."""

    id: str
    state: str
    function: str
    description: str
    enqueued_at: dt.datetime | None
    ended_at: dt.datetime | None
    attempts_left: int | None
    reason: str | None

    def as_json(self) -> dict[str, Any]:
        """JSON-ready, ISO times."""
        times = {"enqueued_at": self.enqueued_at, "ended_at": self.ended_at}
        return {
            "id": self.id, "state": self.state, "function": self.function, "description": self.description,
            **{name: moment.isoformat() if moment else None for name, moment in times.items()},
            "attempts_left": self.attempts_left, "reason": self.reason,
        }  # fmt: skip


class QueueInspection:
    """Reads the queue; raises redis.RedisError where Redis is away."""

    def __init__(self, queue: JsonQueue) -> None:
        self._queue = queue
        scheduled = ScheduledJobRegistry(queue=queue)
        self._ids: dict[str, Callable[[int], list[str]]] = {
            "waiting": lambda limit: queue.get_job_ids(0, limit),
            "scheduled": lambda limit: scheduled.get_job_ids(0, limit - 1),
            "active": lambda limit: queue.started_job_registry.get_job_ids(0, limit - 1),
            "completed": lambda limit: queue.finished_job_registry.get_job_ids(0, limit - 1, desc=True),
            "failed": lambda limit: queue.failed_job_registry.get_job_ids(0, limit - 1, desc=True),
        }
        self._counts: dict[str, Callable[[], int]] = {
            "waiting": lambda: queue.count,
            "scheduled": lambda: scheduled.count,
            "active": lambda: queue.started_job_registry.count,
            "completed": lambda: queue.finished_job_registry.count,
            "failed": lambda: queue.failed_job_registry.count,
        }

    def counts(self) -> dict[str, int]:
        """How many jobs there are in each state."""
        return {state: count() for state, count in self._counts.items()}

    def jobs(self, state: str, limit: int = 50) -> list[JobView]:
        """Jobs in a state: completed and failed ones newest first, the others in their order."""
        ids = self._ids[state](limit)[:limit]
        found = JsonJob.fetch_many(ids, connection=self._queue.connection)
        return [_view(job, state) for job in found if job is not None]

    def fetch(self, job_id: str) -> Job:
        """The job of that id.

        Raises:
            InvalidInput: there is none.
        """
        try:
            return JsonJob.fetch(job_id, connection=self._queue.connection)
        except NoSuchJobError:
            raise InvalidInput(f"there is no job {job_id}: list them with scripts/jobs.py") from None

    def failed_ids(self) -> list[str]:
        """Every failed job's id, newest first."""
        return list(self._queue.failed_job_registry.get_job_ids(desc=True))


def _view(job: Job, state: str) -> JobView:
    latest = job.latest_result() if state == "failed" else None
    lines = (latest.exc_string or "").strip().splitlines() if latest else []
    return JobView(
        job.id, state, job.func_name or "", job.description or "", job.enqueued_at, job.ended_at,
        job.retries_left, lines[-1] if lines else None,
    )  # fmt: skip
