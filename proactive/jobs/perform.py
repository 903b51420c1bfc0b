"""One attempt at a task, as RQ sees it: done, later, again, or failed."""

from __future__ import annotations

import logging
import math
from typing import Any

from redis import RedisError
from rq import Retry, get_current_job
from rq.job import Job

from proactive.bootstrap import application
from proactive.errors import PaceUnavailable, ProactiveError, SupabaseError
from proactive.messages import Attempt, Done, Later, MessageType, Task
from proactive.queue import ATTEMPTS

logger = logging.getLogger(__name__)

#: RQ wants a bound on how often a job may come back; what really ends the waiting is being too late.
_NO_BOUND = 1_000_000
#: Seconds until a message that Supabase kept from being composed is looked at again.
_PARKED_SECONDS = 60
#: Seconds until a message is taken up again that Redis kept from being sent for a moment.
_REDIS_SECONDS = 5


def perform(kind: MessageType, payload: dict[str, Any]) -> str | Retry:
    """Run one attempt of the task in `payload` (`Task` as JSON, without its type).

    Answers what happened, or a `Retry` where it is to come back without that counting as an attempt.

    Raises:
        ProactiveError: worth another attempt (RQ makes it), or the last attempt failed.
    """
    app = application()
    job = get_current_job()
    task = Task.model_validate({"type": kind} | payload)
    attempt = _attempt(job, task)
    extra = {
        "jobId": job.id if job else None,
        "type": str(kind),
        "organizationId": str(task.organization_id),
        "messageId": str(task.occurrence.id),
        "attempt": attempt.number,
    }
    try:
        outcome = app.pipeline.run(task, attempt)
    except (RedisError, PaceUnavailable) as error:
        why = {"action": "waits", "reason": f"Redis is away: {type(error).__name__}", "seconds": _REDIS_SECONDS}
        logger.warning("Proactive message waits", extra=extra | why)
        return Retry(max=_NO_BOUND, interval=_REDIS_SECONDS)
    except ProactiveError as error:
        return _failed(error, attempt, extra)
    if isinstance(outcome, Later):
        seconds = max(1, math.ceil(outcome.seconds))
        why = {"action": "waits", "reason": outcome.reason, "seconds": seconds}
        logger.info("Proactive message waits", extra=extra | why)
        return Retry(max=_NO_BOUND, interval=seconds)
    _tell(outcome, extra)
    return outcome.action


def _attempt(job: Job | None, task: Task) -> Attempt:
    """Which attempt this is: RQ counts down the retries that are left, waiting does not touch them."""
    if job is None:
        return Attempt(name=f"direct-{task.occurrence.id}", last=True)
    left = job.retries_left or 0
    return Attempt(name=job.id, number=max(1, ATTEMPTS - left), last=left == 0)


def _failed(error: ProactiveError, attempt: Attempt, extra: dict[str, Any]) -> Retry:
    """Say so and let RQ retry; an unreadable Supabase alone never fails a job, it only parks it."""
    last_words = {"reason": str(error), "action": "attempt_failed"}
    logger.error("Error processing proactive message", extra=extra | last_words)
    if attempt.last and isinstance(error, SupabaseError):
        return Retry(max=_NO_BOUND, interval=_PARKED_SECONDS)
    raise error


def _tell(outcome: Done, extra: dict[str, Any]) -> None:
    extra = extra | {"action": outcome.action, "reason": outcome.reason}
    if outcome.action == "sent":
        logger.info("Proactive message processed successfully", extra=extra)
    elif outcome.action == "failed":
        logger.error("Error processing proactive message", extra=extra)
    elif outcome.action == "skipped":
        logger.warning("Proactive message skipped", extra=extra)
    else:
        logger.info("Proactive message needs nothing", extra=extra)

