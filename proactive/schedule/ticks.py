"""The tick of a run of an entry: the job that enqueues one job an owner."""

from __future__ import annotations

import datetime as dt

from rq.job import Job

from proactive.model.durations import TICK_RESULT_KEPT, TICK_TIMEOUT
from proactive.queue.enqueue import retry_policy
from proactive.queue.rq_classes import JsonQueue
from proactive.schedule.entries import PREFIX, CronEntry

TICK = "proactive.jobs.tick.run"


def tick_of(queue: JsonQueue, entry: CronEntry, run: dt.datetime) -> Job:
    """The tick of an entry for its run at the aware instant `run`; it is on no queue yet."""
    return queue.create_job(
        TICK,
        kwargs={"type": entry.type, "timezone": entry.timezone, "scheduled_for": run.isoformat()},
        job_id=f"tick-{entry.id.removeprefix(PREFIX)}-{run:%Y%m%dT%H%M}",
        timeout=TICK_TIMEOUT,
        result_ttl=TICK_RESULT_KEPT,
        description=f"tick of {entry.type} in {entry.timezone}",
        retry=retry_policy(),
    )
