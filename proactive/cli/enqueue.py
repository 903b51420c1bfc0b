"""aurora enqueue: put a message on the queue by hand."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping, Sequence
from uuid import UUID

import click

from proactive.app import Application, application
from proactive.cli.commands import command, json_option
from proactive.cli.message_options import MessageOptions, message_options
from proactive.cli.names import DisplayNames, names_of_tasks
from proactive.cli.planned_messages import KnownRecord, known_records, planned_tasks
from proactive.cli.recipients import requested_message
from proactive.cli.signing import author
from proactive.cli.streams import say, say_json
from proactive.cli.tables import table
from proactive.model.task import Task
from proactive.queue.enqueue import enqueue
from proactive.records.changes import Change, requested

EXAMPLES = """\
  {it} custom_campaign
      asks for the organisation, the owner and the campaign
  {it} daily_summary --organization ID --owner ID
  {it} inactive_clients --organization ID --owner ID --data '{{"days": 45}}'
  {it} custom_campaign --organization ID --owner ID \\
      --campaign-type promocional --audience vip --message 'Cliente VIP merece desconto especial!'
  {it} birthdays --all --at 2026-11-23T09:00
  {it} birthdays --all --dry-run    whom it would write to, and nothing else"""
#: Rows that a dry run shows.
_MOST = 50


@command("enqueue", EXAMPLES.format(it="aurora enqueue"))
@message_options("When to send: 2026-11-23T18:00 or 18:00, organisation's time.")
@click.option("--all", "everybody", is_flag=True, help="For every enabled owner (of --organization, if given).")
@click.option("--dry-run", is_flag=True, help="Say what would be put on the queue, and do nothing.")
@json_option
def enqueue_command(options: MessageOptions, everybody: bool, dry_run: bool, as_json: bool) -> int:
    """Put a message on the queue by hand; prints the job's id."""
    app = application()
    message_type, data = requested_message(options)
    now = dt.datetime.now(dt.UTC)
    planned = planned_tasks(app, options, message_type, data, now, everybody=everybody)
    known = known_records(app.database, [task for task, _ in planned])
    due = [(task, at) for task, at in planned if task.occurrence.id not in known]
    names = _names(app, [task for task, _ in planned], known, dry_run=dry_run)
    if dry_run:
        return _show(due, known, names, as_json=as_json)
    enqueued, changes = list[dict[str, str]](), list[Change]()
    try:
        for task, at in due:
            job = enqueue(app.queue, task, at)
            enqueued.append({"job": job.id} | _whose(task))
            changes.append(requested(task, author()))
    finally:
        app.changes.record(*changes)
        _tell(enqueued, [task for task, _ in planned], known, names, as_json=as_json)
    # what was sent needs nothing; where all that was asked for had failed, nothing goes out
    return 1 if known and not enqueued and all(record.status == "failed" for record in known.values()) else 0


def _names(
    app: Application, tasks: Sequence[Task], known: Mapping[UUID, KnownRecord], *, dry_run: bool
) -> DisplayNames:
    """The names of those who are shown: the first of a dry run, and whose message ended already."""
    shown = tasks[:_MOST] if dry_run else [task for task in tasks if task.occurrence.id in known]
    return names_of_tasks(app.database, shown)


def _tell(
    enqueued: Sequence[dict[str, str]], tasks: Sequence[Task], known: Mapping[UUID, KnownRecord],
    names: DisplayNames, *, as_json: bool,
) -> None:  # fmt: skip
    if as_json:
        ended = [known[task.occurrence.id].as_json(task) for task in tasks if task.occurrence.id in known]
        say_json({"enqueued": list(enqueued), "ended_already": ended})
        return
    for each in enqueued:
        say(each["job"])
    for task in tasks:
        if record := known.get(task.occurrence.id):
            print(record.sentence(task, names), file=sys.stderr)


def _show(
    due: Sequence[tuple[Task, dt.datetime | None]],
    known: Mapping[UUID, KnownRecord],
    names: DisplayNames,
    *,
    as_json: bool,
) -> int:
    if as_json:
        would = [_whose(task) | {"scheduled_for": task.scheduled_for.isoformat()} for task, _ in due]
        say_json({"would_enqueue": would, "ended_already": len(known)})
        return 0
    organizations = {task.organization_id for task, _ in due}
    say(f"{len(due)} messages to {len(organizations)} organisations would be put on the queue; nothing was done.")
    if known:
        say(f"{len(known)} more were sent, or failed, already.")
    rows = [
        (names.owner(task.recipient.id), names.organization(task.organization_id), _when(at), task.recipient.id)
        for task, at in due[:_MOST]
    ]
    if rows:
        say(table(("owner", "organisation", "when"), rows, ("owner's id",)))
    if len(due) > _MOST:
        say(f"and {len(due) - _MOST} more: --json has them all")
    return 0


def _whose(task: Task) -> dict[str, str]:
    ids = {"organization_id": str(task.organization_id), "owner_number_id": str(task.recipient.id)}
    return {"type": task.type, "message_id": str(task.occurrence.id)} | ids


def _when(at: dt.datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M %Z}" if at else "now"
