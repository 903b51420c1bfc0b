"""The messages that a command line asks for: one, or one for each enabled owner; and those that ended already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from proactive.app import Application
from proactive.cli import arguments
from proactive.cli.message_options import MessageOptions
from proactive.cli.names import DisplayNames
from proactive.cli.recipients import choose_recipient
from proactive.errors import InvalidInput
from proactive.message_types.base import MessageType
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.model.zones import DEFAULT_ZONE, zone_info
from proactive.storage.answers import Row
from proactive.storage.supabase import Database


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """What became of an occurrence that ended: `status` is sent or failed, `at` (UTC) when it was sent."""

    status: str
    at: dt.datetime | None
    reason: str | None

    def sentence(self, task: Task, names: DisplayNames) -> str:
        """What to say instead of a job's id."""
        what = f"{task.type} of {task.key} to {names.recipient(task)}"
        if self.status == "sent":
            when = f" at {self.at.astimezone(zone_info(task.timezone)):%Y-%m-%d %H:%M}" if self.at else ""
            return f"{what} was sent already{when}: nothing was put on the queue (message {task.occurrence.id})"
        return (
            f"{what} failed already ({self.reason or 'no reason was kept'}); to send it again:"
            f" aurora messages resend {task.occurrence.id}"
        )

    def as_json(self, task: Task) -> dict[str, Any]:
        """The same for programs."""
        at = self.at.isoformat() if self.at else None
        return {"message_id": str(task.occurrence.id), "status": self.status, "sent_at": at, "reason": self.reason}


def planned_tasks(
    app: Application, options: MessageOptions, message_type: MessageType, data: dict[str, Any], now: dt.datetime,
    *, everybody: bool,
) -> list[tuple[Task, dt.datetime | None]]:  # fmt: skip
    """Each task with the moment that it is scheduled for, None for now; all are made before the first is enqueued.

    Raises:
        InvalidInput: something is missing or wrong; what is wrong for one zone leaves nothing half done.
        SupabaseError: Supabase cannot be read.
    """
    if options.at is not None:
        arguments.moment(options.at, zone_info(DEFAULT_ZONE), now)  # a mistake is told before anybody is asked
    recipients = list(_recipients(app, options, everybody=everybody))
    moments = {zone.key: _moment(options, zone, now) for _, _, zone in recipients}
    return [
        (_task(message_type, organization, owner, zone, data, moments[zone.key] or now), moments[zone.key])
        for organization, owner, zone in recipients
    ]


def known_records(database: Database, tasks: Sequence[Task]) -> dict[UUID, KnownRecord]:
    """What became of those tasks whose occurrence has ended, by its id. Raises SupabaseError."""
    ids = [str(task.occurrence.id) for task in tasks]
    columns = ("id", "status", "sent_at", "error_message")
    found = database.select_named("aurora_proactive_messages", columns, ids, _known)
    return {id: record for id, record in found if record.status in ("sent", "failed")}


def _known(row: Row) -> tuple[UUID, KnownRecord]:
    at = dt.datetime.fromisoformat(row["sent_at"]).replace(tzinfo=dt.UTC) if row["sent_at"] else None
    return UUID(row["id"]), KnownRecord(str(row["status"]), at, row["error_message"])


def _moment(options: MessageOptions, zone: ZoneInfo, now: dt.datetime) -> dt.datetime | None:
    if options.at is None:
        return None
    at = arguments.moment(options.at, zone, now)
    if at <= now:
        raise InvalidInput("--at is in the past: leave it out to send now")
    return at


def _recipients(app: Application, options: MessageOptions, *, everybody: bool) -> Iterator[tuple[UUID, UUID, ZoneInfo]]:
    if not everybody:
        found = choose_recipient(options, app.organizations)
        yield found.organization, found.owner, found.zone
        return
    if options.owner is not None:
        raise InvalidInput("--all and --owner exclude each other")
    only = arguments.optional_uuid("--organization", options.organization)
    if only is not None and app.organizations.owners(only) is None:
        raise InvalidInput("--organization: there is no organisation of that id")
    for zone in app.recipients.time_zones():
        for page in app.recipients.recipients(zone):
            for owner, organization in page:
                if only in (None, organization):
                    yield organization, owner, zone_info(zone)


def _task(
    message_type: MessageType, organization: UUID, owner: UUID, zone: ZoneInfo, data: dict[str, Any], due: dt.datetime
) -> Task:
    return Task(
        type=message_type.name,
        organization_id=organization,
        recipient=Recipient.owner(owner),
        key=message_type.new_key(due, zone),
        scheduled_for=due.astimezone(dt.UTC),
        timezone=zone.key,
        data=data,
        by_hand=True,
    )
