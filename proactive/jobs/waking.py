"""Waking a pump: one that waits for later looks at once at what an owner has just said."""

from __future__ import annotations

import time

from rq.registry import ScheduledJobRegistry

from proactive.campaigns.pump import pump_id
from proactive.queue.rq_classes import JsonQueue


def wake_pump(queue: JsonQueue, instance: str) -> None:
    """Have a pump that waits on the schedule run now; one that runs, or is not there, is left alone.

    Gaps and caps are the pump's own to keep: to look too early harms nothing. Raises redis.RedisError.
    """
    # only what is there already is moved: a pump that somebody runs at this moment must not run twice
    queue.connection.zadd(ScheduledJobRegistry(queue=queue).key, {pump_id(instance): time.time()}, xx=True)
