"""The attempts at tasks, as RQ sees them: done, later, again, or failed."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from typing import Any

from redis import RedisError
from rq import Retry, get_current_job

from proactive.app import application
from proactive.errors import ProactiveError, RateLimiterUnavailable, SupabaseError
from proactive.gateways.faults import GatewayError
from proactive.model.durations import REDIS_AWAY_WAIT, SUPABASE_AWAY_WAIT
from proactive.model.task import Attempt, Done, Later, Outcome, Task
from proactive.model.wait_reasons import WaitNote, WaitReason
from proactive.pipeline.batch import Batch, WorkItem
from proactive.queue.enqueue import ATTEMPTS
from proactive.queue.wait_notes import keep_note
from proactive.storage.redis_errors import describe, is_away

logger = logging.getLogger(__name__)

#: RQ wants a bound on how often a job may come back; what really ends the waiting is being too late.
_NO_BOUND = 1_000_000


class ComesBack(Retry):
    """What RQ gets of a job that comes back, with the note that the job keeps."""

    def __init__(self, seconds: int, note: WaitNote | None) -> None:
        super().__init__(max=_NO_BOUND, interval=seconds)
        self.note = note or WaitNote(WaitReason.TURN)


#: What RQ gets of an attempt: a result, `Retry` where the job comes back, an error for one more attempt.
RqResult = str | Retry | ProactiveError


def work_item(type_: str, payload: dict[str, Any], job_id: str | None, retries_left: int) -> WorkItem:
    """The task of a job at its present attempt: RQ counts down the retries that are left, waiting does not touch them.

    `payload` is the `Task` as JSON, without its type. `job_id` is None where no job runs it.

    Raises:
        pydantic.ValidationError: the payload is no task.
    """
    task = Task.model_validate({"type": type_} | payload)
    if job_id is None:
        return WorkItem(task, Attempt(name=f"direct-{task.occurrence.id}", last=True))
    number = max(1, ATTEMPTS - retries_left)
    return WorkItem(task, Attempt(name=job_id, number=number, last=retries_left == 0))


def perform(type_: str, payload: dict[str, Any]) -> str | Retry:
    """Run one attempt of the task in `payload` (`Task` as JSON, without its type), as RQ's job.

    Answers what happened, or a `Retry` where it is to come back without that counting as an attempt.

    Raises:
        ProactiveError: worth another attempt (RQ makes it), or the last attempt failed.
    """
    job = get_current_job()
    item = work_item(type_, payload, job.id if job else None, (job.retries_left or 0) if job else 0)
    try:
        ((_, result),) = perform_batch(Batch([item]))
    except (RedisError, RateLimiterUnavailable) as error:
        result = rq_result(item, error)
    if job is not None:
        keep_note(job, note_of(result))
    if isinstance(result, ProactiveError):
        raise result
    return result


def perform_batch(batch: Batch) -> Iterator[tuple[WorkItem, RqResult]]:
    """Run one attempt of each item, as far as it stays in the batch; the result that RQ gets of each.

    Raises:
        RateLimiterUnavailable, redis.RedisError: Redis is away.
    """
    for result in application().pipeline.run(batch):
        yield result.item, rq_result(result.item, result.outcome)


def rq_result(item: WorkItem, outcome: Outcome | ProactiveError | RedisError) -> RqResult:
    """Log how an attempt ended, and answer the result that RQ gets."""
    if isinstance(outcome, Done):
        _log_done(item, outcome)
        return outcome.action
    if isinstance(outcome, Later):
        return _comes_back(item, logging.INFO, outcome.reason, max(1, math.ceil(outcome.seconds)), outcome.note)
    if isinstance(outcome, (RedisError, RateLimiterUnavailable)):
        error = outcome if isinstance(outcome, RedisError) else outcome.__cause__ or outcome
        away = is_away(error)
        note = WaitNote(WaitReason.REDIS_AWAY)
        return _comes_back(item, logging.WARNING if away else logging.ERROR, describe(error), REDIS_AWAY_WAIT, note)
    code = outcome.failure.reason if isinstance(outcome, GatewayError) else None
    extra = _extra(item) | {"reason": str(outcome), "reasonCode": code, "action": "attempt_failed"}
    logger.error("Error processing proactive message", extra=extra)
    # an unreadable Supabase alone never fails a job, it only parks it
    parked = item.attempt.last and isinstance(outcome, SupabaseError)
    return ComesBack(SUPABASE_AWAY_WAIT, WaitNote(WaitReason.SUPABASE_AWAY)) if parked else outcome


def note_of(result: RqResult) -> WaitNote | None:
    """Why a job comes back that RQ gets this of; None where it does not."""
    if isinstance(result, ComesBack):
        return result.note
    if isinstance(result, GatewayError):
        return WaitNote(WaitReason.ATTEMPT_FAILED, failure=result.failure)
    if isinstance(result, SupabaseError):
        return WaitNote(WaitReason.SUPABASE_AWAY)
    return WaitNote(WaitReason.ATTEMPT_FAILED) if isinstance(result, ProactiveError) else None


def _comes_back(item: WorkItem, level: int, reason: str, seconds: int, note: WaitNote | None) -> Retry:
    extra = _extra(item) | {"action": "waits", "reason": reason, "seconds": seconds}
    logger.log(level, "Proactive message waits", extra=extra)
    return ComesBack(seconds, note)


def _log_done(item: WorkItem, done: Done) -> None:
    extra = _extra(item) | {"action": done.action}
    if done.failure is not None:
        extra |= {"reason": done.failure.text, "reasonCode": done.failure.reason}
    if done.action == "sent":
        logger.info("Proactive message processed successfully", extra=extra)
    elif done.action == "failed":
        logger.error("Error processing proactive message", extra=extra)
    elif done.action == "skipped":
        logger.warning("Proactive message skipped", extra=extra)
    else:
        logger.info("Proactive message needs nothing", extra=extra)


def _extra(item: WorkItem) -> dict[str, Any]:
    return {
        "jobId": item.attempt.name,
        "type": item.task.type,
        "organizationId": str(item.task.organization_id),
        "messageId": str(item.task.occurrence.id),
        "attempt": item.attempt.number,
    }
