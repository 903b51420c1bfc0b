"""The send window: whether a message is still worth sending at this moment."""

from __future__ import annotations

import datetime as dt

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.model.quiet_hours import QuietHours
from proactive.model.task import Later, Task
from proactive.model.wait_reasons import WaitNote, WaitReason
from proactive.model.zones import zone_info

#: A person who asks for a message at night gets it; one that waited longer than this falls under quiet hours.
BY_HAND_GRACE = dt.timedelta(minutes=15)


def send_window(task: Task, now: dt.datetime, quiet: QuietHours) -> Failure | Later | None:
    """Whether `task` may be sent at `now` (aware).

    Answers None if it may, a `Later` if it may when quiet hours are over, or the failure where it is too late for
    good.
    """
    type_, zone = MESSAGE_TYPES[task.type], zone_info(task.timezone)
    local = now.astimezone(zone)
    if type_.once_a_day and local.date() != dt.date.fromisoformat(task.key):
        return Failure(FailureReason.TOO_LATE_DAY_OVER, {"day": task.key, "today": local.date().isoformat()})
    if type_.lifetime is not None and now - task.scheduled_for > type_.lifetime:
        hours = f"{type_.lifetime / dt.timedelta(hours=1):g}"
        return Failure(FailureReason.TOO_LATE_LIFETIME_OVER, {"hours": hours})
    asked_for_now = task.by_hand and now - task.scheduled_for <= BY_HAND_GRACE
    if asked_for_now or type_.at_any_hour or not quiet.contains(local.time()):
        return None
    if type_.waits_for_quiet_hours:
        over = quiet.over_at(now, zone)
        return Later((over - now).total_seconds(), "quiet hours", WaitNote(WaitReason.QUIET_HOURS, over))
    bounds = {"start": f"{quiet.start:%H:%M}", "end": f"{quiet.end:%H:%M}"}
    return Failure(FailureReason.TOO_LATE_QUIET_HOURS, bounds)
