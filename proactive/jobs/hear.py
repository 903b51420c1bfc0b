"""The job that acts on what was heard: one a message, whose id is made of the gateway's, so that a repeat is none."""

from __future__ import annotations

import datetime as dt
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_DNS, uuid5

from redis import RedisError
from rq import Retry

from proactive.app import Application, application
from proactive.campaigns.hearing_store import HearingStore
from proactive.errors import SupabaseError
from proactive.jobs.client_answers import enqueue_client_answers
from proactive.jobs.hearing import ConversationHearing
from proactive.model.durations import JOB_FAILURE_KEPT, JOB_RESULT_KEPT, JOB_TIMEOUT
from proactive.queue.rq_classes import JsonQueue

logger = logging.getLogger(__name__)

JOB = "proactive.jobs.hear.run"
#: What was heard is acted upon whenever Supabase and Redis are there again.
_NO_BOUND = 1_000_000
_AWAY = 5
#: What has waited for so many seconds may have lost its job.
_LOST_AFTER = 60.0


@dataclass(frozen=True, slots=True)
class HearJob:
    """A message that a job is to act upon. `waits`: for more of the same person, which is read together with it."""

    instance: str
    message: str
    waits: bool = False

    @property
    def id(self) -> str:
        """The id of its job."""
        return f"hear-{uuid5(NAMESPACE_DNS, f'{self.instance} {self.message}')}"


def run(instance: str, message: str) -> str | Retry:
    """Act on a message, and on what its sender wrote before; RQ's job."""
    app = application()
    try:
        seconds = ConversationHearing.of(app).hear(instance, message)
    except (SupabaseError, RedisError) as error:
        extra = {"action": "hearing_waits", "reason": type(error).__name__}
        logger.warning("What was heard could not be acted upon", extra=extra)
        return Retry(max=_NO_BOUND, interval=_AWAY)
    return "heard" if seconds is None else Retry(max=_NO_BOUND, interval=max(1, math.ceil(seconds)))


def enqueue_hear(queue: JsonQueue, jobs: Sequence[HearJob], within: dt.timedelta, now: dt.datetime) -> None:
    """Put messages on the queue, those that wait for more on the schedule, in one round trip; `now` is aware.

    Raises:
        redis.RedisError: Redis is away; none or some were enqueued, and all may be once more.
    """
    if not jobs:
        return
    with queue.connection.pipeline() as pipe:
        pipe.multi()  # RQ begins it where it enqueues, and may not once anything was scheduled
        for each in jobs:
            job = queue.create_job(
                JOB, kwargs={"instance": each.instance, "message": each.message}, job_id=each.id, timeout=JOB_TIMEOUT,
                result_ttl=JOB_RESULT_KEPT, failure_ttl=JOB_FAILURE_KEPT, description=JOB,
            )  # fmt: skip
            if each.waits and within:
                queue.schedule_job(job, now + within, pipeline=pipe)
            else:
                queue.enqueue_job(job, pipeline=pipe)
        pipe.execute()


def keep_hearing(app: Application, now: dt.datetime) -> int:
    """Give what was heard, and the answers to clients, the jobs that they have lost; how many. `now` is aware.

    Raises:
        SupabaseError, redis.RedisError: they will have them the next time.
    """
    store = HearingStore(app.database)
    jobs = {each.id: each for each in (HearJob(*found) for found in store.unheard(_LOST_AFTER))}
    lost = [jobs[each] for each in app.queue_maintenance.lost(list(jobs))]
    enqueue_hear(app.queue, lost, dt.timedelta(), now)
    due = store.answers_due(None, None, _LOST_AFTER)
    return len(lost) + enqueue_client_answers(app, due, now)


def forget_heard(app: Application, now: dt.datetime) -> int:
    """Forget what was kept for too long; how much. Raises SupabaseError."""
    return HearingStore(app.database).forget(app.settings.campaign_retention_days, now)
