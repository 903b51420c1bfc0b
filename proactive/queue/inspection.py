"""The inspection of the queue: the product's `getJobs`, `getCompleted` and `getFailed`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import cast

from rq.exceptions import NoSuchJobError
from rq.job import Job
from rq.registry import ScheduledJobRegistry
from rq.suspension import WORKERS_SUSPENDED

from proactive.errors import InvalidInput
from proactive.model.task import Task
from proactive.queue.job_view import JobView
from proactive.queue.rq_classes import JsonJob, JsonQueue
from proactive.queue.task_of_job import task_of_job

#: Jobs are read in pages of this size; looking for visible ones ends after so many pages.
_PAGE, _PAGES = 200, 10
#: RQ's mark that every worker stands still (`rq suspend`).
SUSPENDED = WORKERS_SUSPENDED


class QueueInspection:
    """Reads the queue and changes nothing in it; raises redis.RedisError where Redis is away.

    RQ's own lists clean their registries up on the way, which would declare a silent worker's job failed.
    """

    def __init__(self, queue: JsonQueue) -> None:
        self._queue = queue
        self._registries = {
            "scheduled": ScheduledJobRegistry(queue=queue), "active": queue.started_job_registry,
            "completed": queue.finished_job_registry, "failed": queue.failed_job_registry,
        }  # fmt: skip

    def counts(self) -> dict[str, int]:
        """The number of jobs in each state."""
        counts = {state: registry.get_job_count(cleanup=False) for state, registry in self._registries.items()}
        return {"waiting": self._queue.count} | counts

    def set_apart(self) -> dict[str, int]:
        """The number of jobs that somebody cancelled, and of those that wait for others: we make neither."""
        others = {"canceled": self._queue.canceled_job_registry, "deferred": self._queue.deferred_job_registry}
        return {state: registry.get_job_count(cleanup=False) for state, registry in others.items()}

    def suspended(self) -> bool:
        """Whether the workers stand still: `rq suspend` holds."""
        return bool(self._queue.connection.exists(SUSPENDED))

    def jobs(self, state: str, limit: int = 50) -> list[JobView]:
        """Jobs in a state: completed and failed ones newest first, the others in their order."""
        found: list[JobView] = []
        position: int | None = 0
        while position is not None and len(found) < limit:
            page, position = self.page(state, position, limit - len(found))
            found += page
        return found

    def page(
        self, state: str, start: int, limit: int, visible: Callable[[Task | None], bool] = lambda task: True
    ) -> tuple[list[JobView], int | None]:
        """Up to `limit` jobs whose task is visible, from position `start` on, and the next position if there is more.

        A page ends short of its limit after 2000 jobs, so that no request reads the whole queue.
        """
        found: list[JobView] = []
        for _ in range(_PAGES):
            ids = self._ids(state, start)
            for offset, job in enumerate(JsonJob.fetch_many(ids, connection=self._queue.connection)):
                if job is not None and visible(task_of_job(job)):
                    found.append(JobView.of(job, state))
                if len(found) == limit:
                    more = offset + 1 < len(ids) or len(ids) == _PAGE
                    return self._with_due(found), start + offset + 1 if more else None
            if len(ids) < _PAGE:
                return self._with_due(found), None
            start += _PAGE
        return self._with_due(found), start

    def view(self, job: Job) -> JobView:
        """A job in its own state, with when it comes back."""
        return self._with_due([JobView.of(job)])[0]

    def fetch(self, job_id: str) -> JsonJob:
        """The job of that id.

        Raises:
            InvalidInput: there is none.
        """
        try:
            return cast(JsonJob, JsonJob.fetch(job_id, connection=self._queue.connection))
        except (NoSuchJobError, ValueError):  # RQ's ids have letters, digits, - and _
            raise InvalidInput(f"there is no job {job_id}: list them with scripts/jobs.py") from None

    def failed_ids(self) -> list[str]:
        """Every failed job's id, newest first."""
        return list(self._registries["failed"].get_job_ids(desc=True, cleanup=False))

    def _with_due(self, views: list[JobView]) -> list[JobView]:
        """The same jobs; those that come back with when they do."""
        waiting = [view.id for view in views if view.state == "scheduled"]
        if not waiting:
            return views
        scores = self._queue.connection.zmscore(self._registries["scheduled"].key, waiting)
        found = zip(waiting, scores, strict=True)
        due = {name: dt.datetime.fromtimestamp(score, dt.UTC) for name, score in found if score is not None}
        return [replace(view, due=due.get(view.id)) for view in views]

    def _ids(self, state: str, start: int) -> list[str]:
        """A page of ids from position `start` on, of jobs whose data may be gone."""
        if state == "waiting":
            return list(self._queue.get_job_ids(start, _PAGE))
        newest_first = state in ("completed", "failed")
        end = start + _PAGE - 1
        return list(self._registries[state].get_job_ids(start, end, desc=newest_first, cleanup=False))
