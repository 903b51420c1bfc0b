"""The jobs that a caller may see, and how the API shows them."""

from __future__ import annotations

from proactive.errors import InvalidInput
from proactive.model.task import Task
from proactive.queue.inspection import QueueInspection
from proactive.queue.job_view import JobView
from proactive.queue.rq_classes import JsonJob
from proactive.queue.task_of_job import task_of_job
from proactive.web.api.schemas import Job
from proactive.web.auth.callers import Caller


class JobList:
    """Reads the jobs that a caller may see. Raises redis.RedisError where Redis is away."""

    def __init__(self, inspection: QueueInspection) -> None:
        self._inspection = inspection

    def page(self, state: str, caller: Caller, start: int, limit: int) -> tuple[list[Job], int | None]:
        """Up to `limit` jobs that the caller may see, from position `start` on, and the next position if there
        is more. Completed and failed ones come newest first."""
        found, following = self._inspection.page(state, start, limit, lambda task: may_see(caller, task))
        return [_schema(view) for view in found], following

    def find(self, job_id: str, caller: Caller) -> JsonJob | None:
        """The job of that id, None where there is none that the caller may see."""
        try:
            job = self._inspection.fetch(job_id)
        except InvalidInput:
            return None
        return job if may_see(caller, task_of_job(job)) else None

    def describe(self, job: JsonJob) -> Job:
        """A job as the API shows it, in its own state."""
        return _schema(self._inspection.view(job))


def may_see(caller: Caller, task: Task | None) -> bool:
    """Whether the caller may see a job of that task; one without a task is for services only."""
    return caller.sees(task.organization_id if task else None)


def _schema(view: JobView) -> Job:
    task = view.task
    return Job(
        id=view.id, state=view.state, type=task.type if task else None,
        organization_id=task.organization_id if task else None,
        owner_number_id=task.recipient.id if task and task.recipient.kind == "owner" else None,
        message_id=task.occurrence.id if task else None,
        enqueued_at=view.enqueued_at, started_at=view.started_at, ended_at=view.ended_at,
        attempts_left=view.attempts_left or 0, result=view.result, reason=view.public_reason,
        comes_back_at=view.due, waits=view.wait.text if view.wait else None,
    )  # fmt: skip
