"""A job as people see it: the one translation of RQ's job for the scripts, the API and the pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from rq.job import Job, JobStatus
from rq.results import Result

from proactive.model.task import Task
from proactive.model.wait_reasons import WaitNote
from proactive.queue.task_of_job import task_of_job
from proactive.queue.wait_notes import note_of_job

STATES = ("waiting", "scheduled", "active", "completed", "failed")
#: RQ's other states (stopped, cancelled) count as failed.
_STATE_OF = {
    JobStatus.QUEUED: "waiting",
    JobStatus.DEFERRED: "scheduled",
    JobStatus.SCHEDULED: "scheduled",
    JobStatus.STARTED: "active",
    JobStatus.FINISHED: "completed",
}
#: Only reasons in our own words are for everybody: those of other libraries may repeat what they were given.
_OURS = "proactive.errors."


@dataclass(frozen=True, slots=True)
class JobView:
    """A job; times are aware (UTC). `task` is None where it is no message's.

    `result` is how a completed job ended, `reason` the last line of a failed one's traceback. `wait` is why one that
    comes back waits, where that is known, and `due` when it comes back, where it was asked for.
    """

    id: str
    state: str
    function: str
    description: str
    task: Task | None
    enqueued_at: dt.datetime | None
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    attempts_left: int | None
    result: str | None
    reason: str | None
    wait: WaitNote | None = None
    due: dt.datetime | None = None

    @classmethod
    def of(cls, job: Job, state: str | None = None) -> JobView:
        """The view of a job in a state, or in the state that its own data say. Raises redis.RedisError."""
        state = state or _STATE_OF.get(job.get_status(refresh=False), "failed")
        latest = job.latest_result() if state in ("completed", "failed") else None
        return cls(
            job.id, state, job.func_name or "", job.description or "", task_of_job(job),
            _utc(job.enqueued_at), _utc(job.started_at), _utc(job.ended_at), job.retries_left,
            _result(latest) if state == "completed" else None, _last_line(latest) if state == "failed" else None,
            note_of_job(job) if state == "scheduled" else None,
        )  # fmt: skip

    @property
    def public_reason(self) -> str | None:
        """The reason of its failure, without what a library's error may quote: our own words, or the kind of error."""
        if self.reason is None:
            return None
        kind, _, words = self.reason.partition(": ")
        return words if kind.startswith(_OURS) else kind.rpartition(".")[2][:80]

    def as_json(self) -> dict[str, Any]:
        """The view as operators see it, JSON-ready with ISO times."""
        times = {"enqueued_at": self.enqueued_at, "ended_at": self.ended_at}
        waits = {"due": self.due.isoformat() if self.due else None, "waits": self.wait.text if self.wait else None}
        return {
            "id": self.id, "state": self.state, "function": self.function, "description": self.description,
            **{name: moment.isoformat() if moment else None for name, moment in times.items()},
            "attempts_left": self.attempts_left, "reason": self.reason, **(waits if self.state == "scheduled" else {}),
        }  # fmt: skip


def _result(latest: Result | None) -> str | None:
    value = latest.return_value if latest is not None and latest.type is Result.Type.SUCCESSFUL else None
    return value if isinstance(value, str) else None


def _last_line(latest: Result | None) -> str | None:
    lines = (latest.exc_string or "").strip().splitlines() if latest else []
    return lines[-1] if lines else None


def _utc(moment: dt.datetime | None) -> dt.datetime | None:
    return moment.replace(tzinfo=dt.UTC) if moment is not None and moment.tzinfo is None else moment
