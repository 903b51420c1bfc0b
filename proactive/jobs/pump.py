"""The pump of an instance as RQ's job: one an instance, which comes back by itself until nothing is left to do."""

from __future__ import annotations

import datetime as dt
import logging
import math
from collections.abc import Sequence
from functools import partial

from redis import RedisError
from rq import Retry

from proactive.app import Application, application
from proactive.campaigns.effects import CampaignEffects
from proactive.campaigns.hand_over import Handing
from proactive.campaigns.outgoing_answers import Reply
from proactive.campaigns.pump import Pump, pump_id
from proactive.errors import SupabaseError
from proactive.jobs.telling import tell
from proactive.model.durations import JOB_FAILURE_KEPT, JOB_RESULT_KEPT, JOB_TIMEOUT
from proactive.model.task import Task
from proactive.queue.enqueue import enqueue, job_id

logger = logging.getLogger(__name__)

JOB = "proactive.jobs.pump.run"
#: A pump comes back until nothing is left to do.
_NO_BOUND = 1_000_000
_AWAY = 5


def run(instance: str) -> str | Retry:
    """Do what is due for the campaigns of an instance, and come back when more is."""
    try:
        seconds = pump_of(application()).run(instance)
    except (SupabaseError, RedisError) as error:
        extra = {"action": "pump_waits", "reason": type(error).__name__}
        logger.warning("A pump could not go on", extra=extra)
        return Retry(max=_NO_BOUND, interval=_AWAY)
    if seconds is None:
        return "idle"
    return Retry(max=_NO_BOUND, interval=max(1, math.ceil(seconds)))


def pump_of(app: Application) -> Pump:
    """A pump with the real objects."""
    store = app.campaigns
    handing = Handing(store, app.campaign_options, partial(enqueue, app.queue), partial(_lost, app))

    def told(replies: Sequence[Reply]) -> None:
        tell(app.queue, store, replies)

    return Pump(store, app.campaign_options, handing, told, lambda: dt.datetime.now(dt.UTC))


def keep_pumps(app: Application, now: dt.datetime) -> int:
    """Give each instance that needs one its pump, where it has none; how many. `now` is aware.

    Raises:
        SupabaseError, redis.RedisError: they will have it the next time.
    """
    wanted = {pump_id(instance): instance for instance in app.campaigns.pumps(now)}
    lost = app.queue_maintenance.lost(list(wanted))
    for id_ in sorted(lost):
        job = app.queue.create_job(
            JOB, kwargs={"instance": wanted[id_]}, job_id=id_, timeout=JOB_TIMEOUT, result_ttl=JOB_RESULT_KEPT,
            failure_ttl=JOB_FAILURE_KEPT, description=JOB,
        )  # fmt: skip
        app.queue.enqueue_job(job)
    return len(lost)


def expire_campaigns(app: Application, now: dt.datetime) -> int:
    """Let offers and previews that are no longer valid expire; how many. Raises SupabaseError."""
    return app.campaigns.expire(now)


def settle_effects(app: Application, now: dt.datetime) -> int:
    """Count what clients booked whose campaign's window has closed; how many they are. Raises SupabaseError."""
    return CampaignEffects(app.database).settle(now)


def _lost(app: Application, task: Task) -> bool:
    return bool(app.queue_maintenance.lost([job_id(task)]))
