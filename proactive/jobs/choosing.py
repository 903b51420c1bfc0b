"""Choosing a type's time or switch: it is written, and what is due today and not handed over yet follows it.

The row decides: what cannot be moved in the queue now looks once more when it is about to be sent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from rq.exceptions import NoSuchJobError

from proactive.app import Application
from proactive.message_types.base import MessageType
from proactive.message_types.registry import MESSAGE_TYPES, check_data
from proactive.model.author import Author
from proactive.model.context import SendChoice
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.model.zones import zone_info
from proactive.queue.changes import reschedule
from proactive.queue.enqueue import enqueue, job_id
from proactive.queue.rq_classes import JsonJob
from proactive.schedule.cron import next_run
from proactive.send_times.moments import moment_of
from proactive.send_times.store import MadeChoice, SendTimes, TimeChange


@dataclass(frozen=True, slots=True)
class Chosen:
    """What became of a choice of a type: whether it counts `from_today`, or from the next day on."""

    made: MadeChoice
    from_today: bool


def choose(
    app: Application, organization: UUID, owner: UUID | None, types: Sequence[str], change: TimeChange,
    author: Author, at: dt.datetime, now: dt.datetime, reply: str | None = None,
) -> list[Chosen]:  # fmt: skip
    """Choose for types, of an owner or (None) as the organisation's default, as written at `at`; `now` is aware too.

    `reply` is the gateway's id of the message that says so.

    Raises:
        RecordRefused: there is no such organisation, or no such owner of it.
        SupabaseError, redis.RedisError: one of them is away; the same has to be chosen again.
    """
    store = SendTimes(app.database)
    made = store.choose(organization, owner, types, change, author, min(at, now), reply)
    found = app.organizations.owners(organization)
    if found is None:
        return [Chosen(each, False) for each in made]
    concerned = [owner] if owner is not None else list(found.enabled)
    due = {each.type: list[Task]() for each in made}
    for each in concerned:
        choices = {choice.type: choice for choice in store.holding(organization, each)}
        for type_ in due:
            choice = choices.get(type_, SendChoice(type=type_))
            task = _ahead_today(app, MESSAGE_TYPES[type_], organization, each, found.timezone, choice, now)
            due[type_] += [task] if task else []
    tasks = [task for some in due.values() for task in some]
    settled = store.settled([task.occurrence.id for task in tasks]) if tasks else set()
    for task in tasks:
        if task.occurrence.id not in settled:
            _follow(app, task, now)
    return [Chosen(each, any(task.occurrence.id not in settled for task in due[each.type])) for each in made]


def _ahead_today(
    app: Application, type_: MessageType, organization: UUID, owner: UUID, timezone: str, choice: SendChoice,
    now: dt.datetime,
) -> Task | None:  # fmt: skip
    """The message of this local day, at the time that holds now; None where that has passed, or none is due today."""
    zone = zone_info(timezone)
    day = now.astimezone(zone).date()
    moment = moment_of(type_, day, timezone, choice.send_time, app.pipeline.quiet)
    midnight = dt.datetime.combine(day, dt.time(), zone) - dt.timedelta(seconds=1)
    runs = type_.cron is not None and next_run(type_.cron, zone, midnight).astimezone(zone).date() == day
    if not (runs and choice.is_on) or moment is None or moment <= now:
        return None
    return Task(
        type=type_.name, organization_id=organization, recipient=Recipient.owner(owner), key=day.isoformat(),
        scheduled_for=moment, timezone=timezone, data=check_data(type_, {}),
    )  # fmt: skip


def _follow(app: Application, task: Task, now: dt.datetime) -> None:
    """Have the message go out at its new time, where the tick of this day was there already."""
    due = moment_of(MESSAGE_TYPES[task.type], dt.date.fromisoformat(task.key), task.timezone, None, app.pipeline.quiet)
    if due is None or due > now:
        return  # the tick is still to come, and reads what was chosen
    name = job_id(task)
    if app.queue_maintenance.lost([name]):
        enqueue(app.queue, task, task.scheduled_for)
        return
    try:
        job = JsonJob.fetch(name, connection=app.redis)
    except NoSuchJobError:
        return
    reschedule(app.queue, job, task)
