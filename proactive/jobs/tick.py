"""The tick that the schedule enqueues: it enqueues one job an owner of a time zone, in pages.

Who switched the type off gets none, nor who has this one skipped; whose time was chosen gets one that waits for it.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator

from redis import RedisError
from rq import Retry, get_current_job

from proactive.app import application
from proactive.errors import SupabaseError
from proactive.facts.recipients import Addressee
from proactive.failpoints import failpoint
from proactive.message_types.base import MessageType
from proactive.message_types.registry import check_data, find_message_type
from proactive.model.durations import TICK_WAIT
from proactive.model.quiet_hours import QuietHours
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.model.wait_reasons import WaitNote, WaitReason
from proactive.model.zones import zone_info
from proactive.queue.enqueue import enqueue_at_their_time, enqueue_page
from proactive.queue.rq_classes import JsonQueue
from proactive.queue.wait_notes import keep_note
from proactive.records.skips import Skips
from proactive.send_times.moments import moved

logger = logging.getLogger(__name__)

#: A tick that cannot read whom to write to comes back until it can: the messages judge their lateness.
_NO_BOUND = 1_000_000
#: Jobs in one round trip: the first workers have something to do before the last job is made.
_AT_ONCE = 100


def run(type: str, timezone: str, scheduled_for: str | None = None) -> str | Retry:
    """Enqueue a job of `type` for every enabled owner of an active organisation in the IANA `timezone` who wants it.

    `scheduled_for` is the ISO instant of the cron's run, now where it is missing. Running it again
    enqueues the same jobs again, whose occurrences are unique.
    """
    failpoint("tick_started")
    app = application()
    due = dt.datetime.fromisoformat(scheduled_for) if scheduled_for else dt.datetime.now(dt.UTC)
    message_type = find_message_type(type)
    enqueued, skips = 0, Skips(app.database, app.redis)
    try:
        for page in app.recipients.addressees(timezone, message_type.name):
            tasks = list(_tasks(message_type, timezone, due, page, app.pipeline.quiet))
            skipped = skips.among([task.occurrence.id for task in tasks])
            tasks = [task for task in tasks if task.occurrence.id not in skipped]
            for start in range(0, len(tasks), _AT_ONCE):
                enqueued += _enqueue(app.queue, tasks[start : start + _AT_ONCE], due)
                failpoint("page_enqueued")
    except (SupabaseError, RedisError) as error:
        reason = str(error) if isinstance(error, SupabaseError) else f"Redis is away: {error.__class__.__name__}"
        extra = {"type": type, "action": "tick_parked", "reason": reason}
        logger.error("The owners of a time zone could not all be enqueued", extra=extra)
        if (job := get_current_job()) is not None:
            away = WaitReason.SUPABASE_AWAY if isinstance(error, SupabaseError) else WaitReason.REDIS_AWAY
            keep_note(job, WaitNote(away))
        return Retry(max=_NO_BOUND, interval=TICK_WAIT)
    logger.info("Enqueued %d jobs for %s", enqueued, timezone, extra={"type": type, "action": "ticked"})
    return f"{enqueued} enqueued"


def _tasks(
    message_type: MessageType, timezone: str, due: dt.datetime, page: list[Addressee], quiet: QuietHours
) -> Iterator[Task]:
    day, data = due.astimezone(zone_info(timezone)).date().isoformat(), check_data(message_type, {})
    for each in page:
        if each.choice.is_on:
            task = Task(
                type=message_type.name, organization_id=each.organization, recipient=Recipient.owner(each.owner),
                key=day, scheduled_for=due, timezone=timezone, data=data,
            )  # fmt: skip
            yield moved(task, each.choice, quiet)


def _enqueue(queue: JsonQueue, tasks: list[Task], due: dt.datetime) -> int:
    """Put tasks on the queue, those of a later time on the schedule; how many."""
    later = [task for task in tasks if task.scheduled_for > due]
    enqueue_page(queue, [task for task in tasks if task.scheduled_for == due])
    enqueue_at_their_time(queue, later)
    return len(tasks)
