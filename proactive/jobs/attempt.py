"""Attempts at tasks, as RQ sees them: done, later, again, or failed."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from redis import RedisError
from rq import Retry, get_current_job

from proactive.app import application
from proactive.errors import ProactiveError, RateLimiterUnavailable, SupabaseError
from proactive.model.task import Attempt, Done, Later, Outcome, Task
from proactive.pipeline.batch import Batch
from proactive.queue.enqueue import ATTEMPTS

logger = logging.getLogger(__name__)

#: RQ wants a bound on how often a job may come back; what really ends the waiting is being too late.
_NO_BOUND = 1_000_000
#: Seconds until a message that Supabase kept from being composed is looked at again.
_PARKED_SECONDS = 60
#: Seconds until a message is taken up again that Redis kept from being sent for a moment.
_REDIS_SECONDS = 5


@dataclass(frozen=True, slots=True)
class JobAttempt:
    """One attempt at a task; where RQ runs it, `attempt.name` is its job's id."""

    task: Task
    attempt: Attempt

    @classmethod
    def of(cls, kind: str, payload: dict[str, Any], job_id: str | None, retries_left: int) -> JobAttempt:
        """Which attempt it is: RQ counts down the retries that are left, waiting does not touch them.

        `payload` is the `Task` as JSON, without its type. Raises pydantic.ValidationError where it is none.
        """
        task = Task.model_validate({"type": kind} | payload)
        if job_id is None:
            return cls(task, Attempt(name=f"direct-{task.occurrence.id}", last=True))
        number = max(1, ATTEMPTS - retries_left)
        return cls(task, Attempt(name=job_id, number=number, last=retries_left == 0))

    def told(self, outcome: Outcome | ProactiveError | RedisError) -> str | Retry | ProactiveError:
        """Log how it ended. Answers what RQ is told: a result, `Retry` where it comes back, an error for one more
        attempt (or, after the last, for a failed job).
        """
        if isinstance(outcome, Done):
            self._tell(outcome)
            return outcome.action
        if isinstance(outcome, Later):
            return self._waits(logging.INFO, outcome.reason, max(1, math.ceil(outcome.seconds)))
        if isinstance(outcome, (RedisError, RateLimiterUnavailable)):
            return self._waits(logging.WARNING, f"Redis is away: {type(outcome).__name__}", _REDIS_SECONDS)
        extra = self._extra | {"reason": str(outcome), "action": "attempt_failed"}
        logger.error("Error processing proactive message", extra=extra)
        # an unreadable Supabase alone never fails a job, it only parks it
        parked = self.attempt.last and isinstance(outcome, SupabaseError)
        return Retry(max=_NO_BOUND, interval=_PARKED_SECONDS) if parked else outcome

    def _waits(self, level: int, reason: str, seconds: int) -> Retry:
        extra = self._extra | {"action": "waits", "reason": reason, "seconds": seconds}
        logger.log(level, "Proactive message waits", extra=extra)
        return Retry(max=_NO_BOUND, interval=seconds)

    def _tell(self, outcome: Done) -> None:
        extra = self._extra | {"action": outcome.action, "reason": outcome.reason}
        if outcome.action == "sent":
            logger.info("Proactive message processed successfully", extra=extra)
        elif outcome.action == "failed":
            logger.error("Error processing proactive message", extra=extra)
        elif outcome.action == "skipped":
            logger.warning("Proactive message skipped", extra=extra)
        else:
            logger.info("Proactive message needs nothing", extra=extra)

    @property
    def _extra(self) -> dict[str, Any]:
        return {
            "jobId": self.attempt.name,
            "type": str(self.task.type),
            "organizationId": str(self.task.organization_id),
            "messageId": str(self.task.occurrence.id),
            "attempt": self.attempt.number,
        }


def perform(kind: str, payload: dict[str, Any]) -> str | Retry:
    """Run one attempt of the task in `payload` (`Task` as JSON, without its type), as RQ's job.

    Answers what happened, or a `Retry` where it is to come back without that counting as an attempt.

    Raises:
        ProactiveError: worth another attempt (RQ makes it), or the last attempt failed.
    """
    job = get_current_job()
    trial = JobAttempt.of(kind, payload, job.id if job else None, (job.retries_left or 0) if job else 0)
    result = _alone(trial)
    if isinstance(result, ProactiveError):
        raise result
    return result


def perform_many(batch: Batch[Any], trials: Iterable[JobAttempt]) -> Iterator[tuple[str, str | Retry | ProactiveError]]:
    """Run one attempt of each, as far as `batch` is not relieved of it: (attempt's name, what RQ is told) of each.

    Raises:
        RateLimiterUnavailable, redis.RedisError: Redis is away.
    """
    by_name = {trial.attempt.name: trial for trial in trials}
    pipeline = application().pipeline
    try:
        for attempt, outcome in pipeline.run_many(batch, ((each.task, each.attempt) for each in by_name.values())):
            yield attempt.name, by_name[attempt.name].told(outcome)
    except SupabaseError:  # one of them may have spoilt it for all
        for trial in by_name.values():
            if batch.begin(trial.attempt.name):
                yield trial.attempt.name, _alone(trial)


def _alone(trial: JobAttempt) -> str | Retry | ProactiveError:
    try:
        return trial.told(application().pipeline.run(trial.task, trial.attempt))
    except (ProactiveError, RedisError) as error:
        return trial.told(error)
