"""scripts/jobs.py: what waits, runs, finished and failed; requeue and resend."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from typing import Any

from proactive.app import Application, application
from proactive.cli import arguments
from proactive.cli.streams import say
from proactive.errors import InvalidInput
from proactive.jobs.resend import requeue, resend
from proactive.queue.job_view import STATES, JobView

_EXAMPLES = """\
  python scripts/jobs.py                     how many jobs there are in each state, and the failed ones
  python scripts/jobs.py --state completed --limit 20
  python scripts/jobs.py --json
  python scripts/jobs.py --requeue JOB_ID    a failed job once more, with all its attempts
  python scripts/jobs.py --requeue-all
  python scripts/jobs.py --resend MESSAGE_ID a failed message once more, although its job ended well"""


def main() -> int:
    """Show the queue, or send again what the command line names."""
    options = _options()
    app = application()
    if options.requeue is not None or options.requeue_all:
        return _requeue(app, [options.requeue] if options.requeue is not None else app.inspection.failed_ids())
    if options.resend is not None:
        return _resend(app, options.resend)
    states = [options.state] if options.state else list(STATES)
    jobs = [job for state in states for job in app.inspection.jobs(state, options.limit)]
    if options.json:
        shown: dict[str, Any] = {"counts": app.inspection.counts(), "jobs": [job.as_json() for job in jobs]}
        say(json.dumps(shown | ({"suspended": True} if app.inspection.suspended() else {}), indent=2))
    else:
        _show(app.inspection.counts(), jobs)
        if app.inspection.suspended():
            say("The workers are suspended: `rq resume` lets them go on.")
    return 0


def _options() -> argparse.Namespace:
    parser = arguments.parser("Show what waits, runs, finished and failed; requeue what failed.", _EXAMPLES)
    parser.add_argument("--state", choices=STATES, help="only jobs in this state")
    parser.add_argument("--limit", type=_limit, default=20, help="jobs of each state at most (20)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--requeue", metavar="JOB_ID", help="put a failed job back on the queue")
    action.add_argument("--requeue-all", action="store_true", help="put every failed job back on the queue")
    action.add_argument("--resend", metavar="MESSAGE_ID", help="send a failed message again, deliberately")
    return parser.parse_args()


def _limit(given: str) -> int:
    limit = int(given)
    if not 1 <= limit <= 10_000:
        raise argparse.ArgumentTypeError("it should be between 1 and 10000")
    return limit


def _requeue(app: Application, job_ids: list[str]) -> int:
    for job_id in job_ids:
        requeue(app, app.inspection.fetch(job_id), dt.datetime.now(dt.UTC))
        say(job_id)
    return 0


def _resend(app: Application, message_id: str) -> int:
    job_id = resend(app, arguments.uuid_argument("--resend", message_id), dt.datetime.now(dt.UTC))
    if job_id is None:
        raise InvalidInput("--resend: there is no failed message of that id")
    say(job_id)
    return 0


def _show(counts: dict[str, int], jobs: list[JobView]) -> None:
    say("  ".join(f"{state} {count}" for state, count in counts.items()))
    if not jobs:
        return
    moments = [job.ended_at or job.enqueued_at for job in jobs]
    rows = [
        (job.state, job.id, job.description, f"{moment:%m-%d %H:%M:%S}" if moment else "", job.reason or "")
        for job, moment in zip(jobs, moments, strict=True)
    ]
    say(arguments.table(("state", "job", "what", "when (UTC)", "reason"), rows))
