"""scripts/schedule.py: register the schedule and run it."""

from __future__ import annotations

import argparse
import signal
import threading

from proactive.app import application
from proactive.cli import arguments
from proactive.cli.streams import say
from proactive.logs import set_up_logs
from proactive.processes.scheduler import run_scheduler
from proactive.schedule.scheduler import CronSchedule

_EXAMPLES = """\
  python scripts/schedule.py           register the entries and run them until SIGTERM
  python scripts/schedule.py --list    each entry with its time zone and its next run"""


def main() -> int:
    """List the schedule, or run it until SIGTERM or SIGINT."""
    options = _options()
    app = application()
    if options.list:
        _list(app.schedule)
        return 0
    set_up_logs(app.settings.log_level)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run_scheduler(app, stop)
    return 0


def _options() -> argparse.Namespace:
    parser = arguments.parser("Register the schedule in rq-scheduler and run it.", _EXAMPLES)
    parser.add_argument("--list", action="store_true", help="list the entries and end")
    return parser.parse_args()


def _list(schedule: CronSchedule) -> None:
    rows = []
    for planned in schedule.planned():
        local = planned.next_run.astimezone(planned.entry.zone)
        runs = f"{local:%a %Y-%m-%d %H:%M}", f"{planned.next_run:%Y-%m-%d %H:%M}"
        rows.append((planned.entry.type, planned.entry.cron, planned.entry.timezone, *runs))
    if not rows:
        say("No entries: run scripts/schedule.py to register them.")
        return
    say(arguments.table(("type", "cron", "time zone", "next run (local)", "next run (UTC)"), rows))
