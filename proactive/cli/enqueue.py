"""scripts/enqueue.py: put a message on the queue by hand."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterator
from uuid import UUID
from zoneinfo import ZoneInfo

from proactive.app import Application, application
from proactive.cli import arguments
from proactive.cli.recipients import choose_recipient, requested_message
from proactive.cli.streams import say
from proactive.errors import InvalidInput
from proactive.message_types.base import MessageType
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.model.zones import DEFAULT_ZONE, zone_info
from proactive.queue.enqueue import enqueue

_EXAMPLES = """\
  python scripts/enqueue.py custom_campaign
      asks for the organisation, the owner and the campaign
  python scripts/enqueue.py daily_summary --organization ID --owner ID
  python scripts/enqueue.py inactive_clients --organization ID --owner ID --data '{"days": 45}'
  python scripts/enqueue.py custom_campaign --organization ID --owner ID \\
      --campaign-type promocional --audience vip --message 'Cliente VIP merece desconto especial!'
  python scripts/enqueue.py birthdays --all --at 2026-11-23T09:00"""


def main() -> int:
    """Enqueue what the command line says; prints one job id a line."""
    options = _options()
    app = application()
    message_type, data = requested_message(options)
    now = dt.datetime.now(dt.UTC)
    if options.at is not None:
        arguments.moment(options.at, zone_info(DEFAULT_ZONE), now)  # a mistake is told before anybody is asked
    # all of them before the first: what is wrong for one zone leaves nothing half done
    recipients = list(_addressees(options, app))
    moments = {zone.key: _moment(options, zone, now) for _, _, zone in recipients}
    enqueued: list[str] = []
    try:
        for organization, owner, zone in recipients:
            at = moments[zone.key]
            task = _task(message_type, organization, owner, zone, data, at or now)
            enqueued.append(enqueue(app.queue, task, at).id)
    finally:
        for job_id in enqueued:
            say(job_id)
    return 0


def _moment(options: argparse.Namespace, zone: ZoneInfo, now: dt.datetime) -> dt.datetime | None:
    if options.at is None:
        return None
    at = arguments.moment(options.at, zone, now)
    if at <= now:
        raise InvalidInput("--at is in the past: leave it out to send now")
    return at


def _options() -> argparse.Namespace:
    parser = arguments.parser("Put a message on the queue by hand; prints the job's id.", _EXAMPLES)
    when = "when to send: 2026-11-23T18:00 or 18:00, organisation's time"
    arguments.add_message_arguments(parser, at=when)
    parser.add_argument("--all", action="store_true", help="for every enabled owner (of --organization, if given)")
    return parser.parse_args()


def _addressees(options: argparse.Namespace, app: Application) -> Iterator[tuple[UUID, UUID, ZoneInfo]]:
    if not options.all:
        found = choose_recipient(options, app.organizations)
        yield found.organization, found.owner, found.zone
        return
    if options.owner is not None:
        raise InvalidInput("--all and --owner exclude each other")
    only = arguments.optional_uuid("--organization", options.organization)
    for zone in app.recipients.time_zones():
        for page in app.recipients.recipients(zone):
            for owner, organization in page:
                if only in (None, organization):
                    yield organization, owner, zone_info(zone)


def _task(
    message_type: MessageType,
    organization: UUID,
    owner: UUID,
    zone: ZoneInfo,
    data: dict[str, object],
    due: dt.datetime,
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
