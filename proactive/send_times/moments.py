"""The moment at which a message goes out whose time was chosen. Pure; every instant is aware."""

from __future__ import annotations

import datetime as dt

from proactive.message_types.base import MessageType
from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.context import MessageContext, SendChoice
from proactive.model.quiet_hours import QuietHours
from proactive.model.task import Later, Task
from proactive.model.wait_reasons import WaitNote, WaitReason
from proactive.model.zones import zone_info
from proactive.send_times.window import sending_time


def moment_of(
    type_: MessageType, day: dt.date, zone: str, chosen: dt.time | None, quiet: QuietHours
) -> dt.datetime | None:
    """When a type's message of a local day is to go out where `chosen` was chosen (None: nothing), in UTC.

    So many minutes after the cron's run as the two times lie apart, and never on another local day. None of a type
    that only people ask for.
    """
    usual, at = type_.usual_time, sending_time(type_, chosen, quiet)
    if usual is None or at is None:
        return None
    # as the cron has it: the first of two equal local times, and of a skipped one when the clocks have jumped over it
    due = dt.datetime.combine(day, usual, zone_info(zone)).astimezone(dt.UTC)
    later = dt.timedelta(hours=at.hour - usual.hour, minutes=at.minute - usual.minute)
    moment = due + later
    return moment if moment.astimezone(zone_info(zone)).date() == day else due


def moved(task: Task, choice: SendChoice, quiet: QuietHours) -> Task:
    """The schedule's task at the time that was chosen, if that is later than it is due; any other task as it is."""
    type_ = MESSAGE_TYPES[task.type]
    if task.by_hand or not type_.once_a_day or choice.send_time is None:
        return task
    moment = moment_of(type_, dt.date.fromisoformat(task.key), task.timezone, choice.send_time, quiet)
    if moment is None or moment <= task.scheduled_for:
        return task
    return task.model_copy(update={"scheduled_for": moment})


def at_chosen_time(task: Task, context: MessageContext, now: dt.datetime, quiet: QuietHours) -> Task | Later:
    """The task as it may go out at `now` (aware), or how long it waits for a later time, chosen since it was made.

    What has a record was begun, and goes on; what was switched off waits for nothing.
    """
    choice = context.choice(task.type)
    if context.record is not None or not choice.is_on:
        return task
    later = moved(task, choice, quiet)
    if later.scheduled_for <= max(now, task.scheduled_for):
        return later
    until = later.scheduled_for
    return Later((until - now).total_seconds(), "another time was chosen", WaitNote(WaitReason.CHOSEN_TIME, until))
