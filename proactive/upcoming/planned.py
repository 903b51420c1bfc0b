"""What goes out to the owners of an organisation in the next days, message by message. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from proactive.message_types.base import MessageType
from proactive.message_types.registry import MESSAGE_TYPES, check_data
from proactive.model.context import MessageContext
from proactive.model.quiet_hours import QuietHours
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.model.zones import zone_info
from proactive.queue.scheduled_messages import ScheduledMessage
from proactive.schedule.cron import next_run, runs_until
from proactive.send_times.moments import moment_of
from proactive.upcoming.hindrances import Hindrance, UpcomingStatus, verdict
from proactive.upcoming.standing import OrganizationStanding, SkipView

#: So many days are looked ahead.
DAYS = 7
#: Days of the calendar that this takes: those that an opportunity of the last day looks at, too.
CALENDAR_DAYS = DAYS + 5


@dataclass(frozen=True, slots=True)
class UpcomingMessage:
    """A message that is to go out at `at` (aware), as its task has it; `job_id` where a person asked for it and its job
    waits. `status` is what is to be expected of it, `why` says why it does not go out, `skip` who skipped it."""

    task: Task
    owner_name: str | None
    at: dt.datetime
    status: UpcomingStatus
    why: Hindrance | None = None
    skip: SkipView | None = None
    job_id: str | None = None

    @property
    def id(self) -> UUID:
        """The id of its occurrence, which its record will have."""
        return self.task.occurrence.id

    @property
    def day(self) -> dt.date:
        """The local day on which it goes out."""
        return self.at.astimezone(zone_info(self.task.timezone)).date()

    @property
    def type(self) -> MessageType:
        """Its message type."""
        return MESSAGE_TYPES[self.task.type]


def upcoming_of(
    standing: OrganizationStanding, jobs: Sequence[ScheduledMessage], now: dt.datetime, quiet: QuietHours
) -> list[UpcomingMessage]:
    """What is due from `now` (aware) on within a week, soonest first; and what of this day was skipped or is under way.

    One entry an occurrence: where a person asked for what the schedule sends as well, the earlier time counts.
    """
    until, found = now + dt.timedelta(days=DAYS), dict[UUID, tuple[Task, str | None]]()
    for owner in standing.owners:
        for task in _scheduled(standing, owner, now, until, quiet):
            found[task.occurrence.id] = task, None
    for job in jobs:
        task = job.task.model_copy(update={"scheduled_for": job.due})
        known = found.get(task.occurrence.id)
        if known is None or task.scheduled_for < known[0].scheduled_for:
            found[task.occurrence.id] = task, job.job_id
    for skipped in standing.skips:  # of what a person had asked for nothing else is left when its time has passed
        if skipped.id not in found and skipped.type in MESSAGE_TYPES:
            found[skipped.id] = _skipped(standing, skipped), skipped.job_id
    owners = {owner.owner.id: owner for owner in standing.owners if owner.owner is not None}
    messages = (
        _message(standing, owners[task.recipient.id], task, job, quiet)
        for task, job in found.values()
        if task.recipient.id in owners
    )
    shown = (each for each in messages if each.at >= now or each.status in ("skipped", "under_way"))
    return sorted(shown, key=lambda each: (each.at, each.task.type, str(each.task.recipient.id)))


def once_a_day_ids(standing: OrganizationStanding, now: dt.datetime) -> Iterator[UUID]:
    """The ids of every message that anybody could have asked for, once a day, within the week."""
    today = now.astimezone(zone_info(standing.timezone)).date()
    days = [(today + dt.timedelta(days=each)).isoformat() for each in range(DAYS + 1)]
    for owner in standing.owners:
        for type_ in MESSAGE_TYPES.values():
            if type_.once_a_day and type_.asked_for_by_hand and owner.owner is not None:
                yield from (_task(standing, owner, type_, day, now).occurrence.id for day in days)


def _scheduled(
    standing: OrganizationStanding, owner: MessageContext, now: dt.datetime, until: dt.datetime, quiet: QuietHours
) -> Iterator[Task]:
    """What the schedule sends to an owner, from the beginning of this local day on."""
    for type_, runs in _runs(standing.timezone, now, until).items():
        choice = owner.choice(type_)
        for day in runs:
            at = moment_of(MESSAGE_TYPES[type_], day, standing.timezone, choice.send_time, quiet)
            if at is not None and at < until:
                yield _task(standing, owner, MESSAGE_TYPES[type_], day.isoformat(), at)


def _runs(timezone: str, now: dt.datetime, until: dt.datetime) -> Mapping[str, list[dt.date]]:
    """The local days at which each type of the schedule is due."""
    zone = zone_info(timezone)
    midnight = dt.datetime.combine(now.astimezone(zone).date(), dt.time(), zone) - dt.timedelta(seconds=1)
    found = dict[str, list[dt.date]]()
    for type_ in MESSAGE_TYPES.values():
        if type_.cron is not None:
            runs: Iterable[dt.datetime] = runs_until(type_.cron, zone, next_run(type_.cron, zone, midnight), until)
            found[type_.name] = [run.astimezone(zone).date() for run in runs]
    return found


def _task(standing: OrganizationStanding, owner: MessageContext, type_: MessageType, day: str, at: dt.datetime) -> Task:
    assert owner.owner is not None  # noqa: S101  the database gives owners only
    return Task.model_construct(
        type=type_.name, organization_id=standing.id, recipient=Recipient.owner(owner.owner.id), key=day,
        scheduled_for=at, timezone=standing.timezone, data={} if type_.needs_data else check_data(type_, {}),
    )  # fmt: skip


def _skipped(standing: OrganizationStanding, skip: SkipView) -> Task:
    return Task.model_construct(
        type=skip.type, organization_id=standing.id, recipient=Recipient.owner(skip.owner), key=skip.occurrence,
        scheduled_for=skip.scheduled_for, timezone=standing.timezone, data={}, by_hand=skip.job_id is not None,
    )  # fmt: skip


def _message(
    standing: OrganizationStanding, owner: MessageContext, task: Task, job_id: str | None, quiet: QuietHours
) -> UpcomingMessage:
    id_ = task.occurrence.id
    judged = verdict(standing, owner, task, id_, standing.records.get(id_), quiet)
    name = owner.owner.name if owner.owner is not None else None
    return UpcomingMessage(
        task, name, task.scheduled_for, judged.status, judged.why, standing.skip(id_), job_id
    )  # fmt: skip
