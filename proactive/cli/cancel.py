"""aurora cancel: take messages off the schedule that wait for their time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import click

from proactive.app import Application, application
from proactive.cli.arguments import optional_type, optional_uuid
from proactive.cli.asking import choose_several, confirm
from proactive.cli.commands import command, json_option
from proactive.cli.names import names_of_tasks
from proactive.cli.signing import author
from proactive.cli.streams import say, say_json
from proactive.errors import InvalidInput
from proactive.jobs.cancel import cancel
from proactive.queue.job_view import JobView

EXAMPLES = """\
  {it} JOB_ID
  {it} --all --type birthdays --dry-run
  {it}                     asks which, on a terminal"""
_MOST = 10_000


@command("cancel", EXAMPLES.format(it="aurora cancel"))
@click.argument("job_ids", metavar="JOB_ID...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Everything that waits for its time (of --organization, of --type).")
@click.option("--organization", metavar="ID", help="Only this organisation's.")
@click.option("--type", "type_", metavar="TYPE", help="Only of this message type.")
@click.option("--dry-run", is_flag=True, help="Say which, and do nothing.")
@click.option("--yes", is_flag=True, help="Do not ask before everything is cancelled.")
@json_option
def cancel_command(
    job_ids: tuple[str, ...], every: bool, organization: str | None, type_: str | None, dry_run: bool, yes: bool,
    as_json: bool,
) -> int:  # fmt: skip
    """Cancel messages that wait for their time; prints their jobs' ids.

    The schedule's own messages are paused instead: `aurora pause`.
    """
    app = application()
    if (every or organization or type_) and job_ids:
        raise InvalidInput("JOB_ID goes without --all, --organization and --type")
    if (organization or type_) and not every:
        raise InvalidInput("--organization and --type go with --all")
    if every:
        found = _matching(app, optional_uuid("--organization", organization), optional_type(type_))
        chosen = [job.id for job in found]
        if chosen and not dry_run:
            confirm(f"Cancel {len(chosen)} messages?", yes=yes)
    else:
        chosen = list(job_ids) or _asked(app)
    if dry_run:
        return _tell([app.inspection.fetch(job_id).id for job_id in chosen], "would_cancel", as_json=as_json)
    done: list[str] = []
    try:
        for job_id in chosen:
            cancel(app, app.inspection.fetch(job_id), author())
            done.append(job_id)
    finally:
        if done or as_json or not chosen:
            _tell(done, "cancelled", as_json=as_json)
    return 0


def _matching(app: Application, organization: UUID | None, type_: str | None) -> list[JobView]:
    return [
        job
        for job in app.inspection.jobs("scheduled", _MOST)
        if job.task is not None and organization in (None, job.task.organization_id) and type_ in (None, job.task.type)
    ]


def _asked(app: Application) -> list[str]:
    waiting = _matching(app, None, None)
    names = names_of_tasks(app.database, [job.task for job in waiting])
    choices: list[tuple[str, Any]] = [
        (f"{job.task.scheduled_for:%Y-%m-%d %H:%M} UTC  {job.task.type}  {names.recipient(job.task)}", job.id)
        for job in waiting
        if job.task is not None
    ]
    return choose_several("Which messages?", choices, "JOB_ID, or --all,", "no message waits for its time")


def _tell(job_ids: Sequence[str], what: str, *, as_json: bool) -> int:
    if as_json:
        say_json({what: list(job_ids)})
    elif job_ids:
        for job_id in job_ids:
            say(job_id)
    else:
        say("No message waits for its time.")
    return 0
