"""aurora schedule run: register the schedule and run it. It imports nothing that only people at terminals need."""

from __future__ import annotations

import signal
import threading

from proactive.app import application
from proactive.cli.commands import command
from proactive.logs import set_up_logs
from proactive.processes.scheduler import run_scheduler


@command("run", "  aurora schedule run")
def run_command() -> int:
    """Register the schedule in rq-scheduler and run it until SIGTERM or SIGINT."""
    app = application()
    set_up_logs(app.settings.log_level)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run_scheduler(app, stop)
    return 0
