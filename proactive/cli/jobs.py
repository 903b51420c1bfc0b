"""aurora jobs: what waits, runs, finished and failed; requeueing what failed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import click

from proactive.app import Application, application
from proactive.cli.asking import choose_several
from proactive.cli.commands import AuroraGroup, json_option
from proactive.cli.names import DisplayNames, names_of_tasks
from proactive.cli.signing import author
from proactive.cli.streams import say, say_json
from proactive.cli.tables import table
from proactive.errors import InvalidInput
from proactive.jobs.resend import requeue
from proactive.queue.job_view import STATES, JobView

EXAMPLES = """\
  aurora jobs                         how many jobs there are in each state, and the failed ones
  aurora jobs list --state completed --limit 20
  aurora jobs requeue JOB_ID          a failed job once more, with all its attempts
  aurora jobs requeue --all --dry-run"""
_CHOICES = 200

state_option = click.option("--state", type=click.Choice(STATES), help="Only jobs in this state.")
limit_option = click.option(
    "--limit", type=click.IntRange(1, 10_000), default=20, help="Jobs of each state at most (20)."
)


@click.group("jobs", cls=AuroraGroup, examples=EXAMPLES, invoke_without_command=True)
@json_option
@click.pass_context
def jobs_group(context: click.Context, as_json: bool) -> int | None:
    """Show what waits, runs, finished and failed; requeue what failed."""
    return show_jobs(None, 20, as_json=as_json) if context.invoked_subcommand is None else None


@jobs_group.command("list", examples="  aurora jobs list --state failed --json")
@state_option
@limit_option
@json_option
def list_command(state: str | None, limit: int, as_json: bool) -> int:
    """List the jobs of each state, with whom they write to."""
    return show_jobs(state, limit, as_json=as_json)


@jobs_group.command("requeue", examples="  aurora jobs requeue JOB_ID\n  aurora jobs requeue --all --dry-run")
@click.argument("job_ids", metavar="JOB_ID...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every failed job.")
@click.option("--dry-run", is_flag=True, help="Say which, and do nothing.")
@json_option
def requeue_command(job_ids: tuple[str, ...], every: bool, dry_run: bool, as_json: bool) -> int:
    """Put failed jobs back on the queue, with all their attempts; prints their ids."""
    app = application()
    if every and job_ids:
        raise InvalidInput("--all and JOB_ID exclude each other")
    chosen = app.inspection.failed_ids() if every else list(job_ids) or _chosen(app)
    if dry_run:
        return _tell([app.inspection.fetch(job_id).id for job_id in chosen], "would_requeue", as_json=as_json)
    return requeue_jobs(app, chosen, as_json=as_json)


def show_jobs(state: str | None, limit: int, *, as_json: bool) -> int:
    """Print the counts, and the jobs of a state or of all; whom they write to where Supabase can be asked."""
    app = application()
    jobs = [job for each in ([state] if state else STATES) for job in app.inspection.jobs(each, limit)]
    counts, suspended = app.inspection.counts(), app.inspection.suspended()
    if as_json:
        shown: dict[str, Any] = {"counts": counts, "jobs": [job.as_json() | _whose(job) for job in jobs]}
        say_json(shown | ({"suspended": True} if suspended else {}))
        return 0
    say("  ".join(f"{each} {count}" for each, count in counts.items()))
    if jobs:
        names = names_of_tasks(app.database, [job.task for job in jobs])
        say(table(("state", "what", "whom", "when (UTC)"), [_row(job, names) for job in jobs], ("job", "reason")))
    if suspended:
        say("The workers are suspended: `rq resume` lets them go on.")
    return 0


def requeue_jobs(app: Application, job_ids: Sequence[str], *, as_json: bool) -> int:
    """Requeue each and print its id. Raises like `proactive.jobs.resend.requeue`."""
    done: list[str] = []
    try:
        for job_id in job_ids:
            requeue(app, app.inspection.fetch(job_id), dt.datetime.now(dt.UTC), author())
            done.append(job_id)
    finally:
        _tell(done, "requeued", as_json=as_json)
    return 0


def _chosen(app: Application) -> list[str]:
    failed = app.inspection.jobs("failed", _CHOICES)
    names = names_of_tasks(app.database, [job.task for job in failed]) if failed else DisplayNames()
    choices = [(" ".join(str(cell) for cell in _row(job, names)[1:4]), job.id) for job in failed]
    return choose_several("Which failed jobs?", choices, "JOB_ID, or --all,", "no job has failed")


def _tell(job_ids: Sequence[str], what: str, *, as_json: bool) -> int:
    if as_json:
        say_json({what: list(job_ids)})
    else:
        for job_id in job_ids:
            say(job_id)
    return 0


def _row(job: JobView, names: DisplayNames) -> tuple[object, ...]:
    moment = job.ended_at or job.enqueued_at
    what, whom = (job.task.type, names.recipient(job.task)) if job.task else (job.function, "-")
    return job.state, what, whom, f"{moment:%m-%d %H:%M:%S}" if moment else "", job.id, job.reason or ""


def _whose(job: JobView) -> dict[str, Any]:
    if job.task is None:
        return {}
    ids = {"organization_id": str(job.task.organization_id), job.task.recipient.field: str(job.task.recipient.id)}
    return {"type": job.task.type, "message_id": str(job.task.occurrence.id)} | ids
