"""scripts/jobs.py: `aurora jobs` and `aurora messages resend` behind the options that the script always had."""

from __future__ import annotations

import datetime as dt

import click

from proactive.app import application
from proactive.cli.arguments import uuid_argument
from proactive.cli.commands import command, json_option
from proactive.cli.jobs import limit_option, requeue_jobs, show_jobs, state_option
from proactive.cli.signing import author
from proactive.cli.streams import say
from proactive.errors import InvalidInput
from proactive.jobs.resend import resend

_EXAMPLES = """\
  python scripts/jobs.py                     how many jobs there are in each state, and the failed ones
  python scripts/jobs.py --state completed --limit 20
  python scripts/jobs.py --json
  python scripts/jobs.py --requeue JOB_ID    a failed job once more, with all its attempts
  python scripts/jobs.py --requeue-all
  python scripts/jobs.py --resend MESSAGE_ID a failed message once more, although its job ended well"""


@command("jobs.py", _EXAMPLES)
@state_option
@limit_option
@json_option
@click.option("--requeue", metavar="JOB_ID", help="Put a failed job back on the queue.")
@click.option("--requeue-all", is_flag=True, help="Put every failed job back on the queue.")
@click.option("--resend", "message_id", metavar="MESSAGE_ID", help="Send a failed message again, deliberately.")
def jobs_door(
    state: str | None, limit: int, as_json: bool, requeue: str | None, requeue_all: bool, message_id: str | None
) -> int:
    """Show what waits, runs, finished and failed; requeue what failed."""
    if sum((requeue is not None, requeue_all, message_id is not None)) > 1:
        raise click.UsageError("--requeue, --requeue-all and --resend exclude each other")
    if requeue is None and not requeue_all and message_id is None:
        return show_jobs(state, limit, as_json=as_json)
    app = application()
    if message_id is None:
        return requeue_jobs(app, [requeue] if requeue is not None else app.inspection.failed_ids(), as_json=False)
    job_id = resend(app, uuid_argument("--resend", message_id), dt.datetime.now(dt.UTC), author())
    if job_id is None:
        raise InvalidInput("--resend: there is no failed message of that id")
    say(job_id)
    return 0
