"""The tick that the schedule enqueues: it enqueues one job an owner of a time zone, in pages."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from uuid import UUID

from redis import RedisError
from rq import Retry, get_current_job

from proactive.app import application
from proactive.errors import SupabaseError
from proactive.failpoints import failpoint
from proactive.message_types.base import MessageType
from proactive.message_types.registry import check_data, find_message_type
from proactive.model.durations import TICK_WAIT
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.model.wait_reasons import WaitNote, WaitReason
from proactive.model.zones import zone_info
from proactive.queue.enqueue import enqueue_page
from proactive.queue.wait_notes import keep_note

logger = logging.getLogger(__name__)

#: A tick that cannot read whom to write to comes back until it can: the messages judge their lateness.
_NO_BOUND = 1_000_000
#: Jobs in one round trip: the first workers have something to do before the last job is made.
_AT_ONCE = 100


def run(type: str, timezone: str, scheduled_for: str | None = None) -> str | Retry:
    """Enqueue a job of `type` for every enabled owner of an active organisation in the IANA `timezone`.

    `scheduled_for` is the ISO instant of the cron's run, now where it is missing. Running it again
    enqueues the same jobs again, whose occurrences are unique.
    """
    failpoint("tick_started")
    app = application()
    due = dt.datetime.fromisoformat(scheduled_for) if scheduled_for else dt.datetime.now(dt.UTC)
    message_type = find_message_type(type)
    enqueued = 0
    try:
        for page in app.recipients.recipients(timezone):
            for start in range(0, len(page), _AT_ONCE):
                some = page[start : start + _AT_ONCE]
                enqueued += enqueue_page(app.queue, _tasks(message_type, timezone, due, some))
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


def _tasks(message_type: MessageType, timezone: str, due: dt.datetime, page: list[tuple[UUID, UUID]]) -> Iterator[Task]:
    day, data = due.astimezone(zone_info(timezone)).date().isoformat(), check_data(message_type, {})
    for owner, organization in page:
        yield Task(
            type=message_type.name, organization_id=organization, recipient=Recipient.owner(owner), key=day,
            scheduled_for=due, timezone=timezone, data=data,
        )  # fmt: skip
