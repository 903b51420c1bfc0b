"""scripts/schedule.py: register the schedule and run it."""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import signal
import threading

from redis import RedisError

from proactive.app import Application, application
from proactive.cli import arguments
from proactive.errors import SupabaseError
from proactive.logs import set_up_logs
from proactive.monitoring.alert_loop import alert_loop
from proactive.monitoring.queue_snapshot import beat
from proactive.processes.maintenance import Maintenance
from proactive.schedule.scheduler import Schedule

logger = logging.getLogger(__name__)

_EXAMPLES = """\
  python scripts/schedule.py           register the entries and run them until SIGTERM
  python scripts/schedule.py --list    each entry with its time zone and its next run"""
#: Seconds between two looks at what is due, and between two looks at which time zones are in use.
_LOOK_SECONDS = 1.0
_REGISTER = dt.timedelta(seconds=20)


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
    with alert_loop(app):
        run(app, stop)
    return 0


def run(app: Application, stop: threading.Event) -> None:
    """Fire what is due, register new time zones and keep the queue up, until `stop`; outlives Redis and Supabase."""
    keeper = Maintenance(app)
    registered = dt.datetime.min.replace(tzinfo=dt.UTC)
    logger.info("The schedule runs", extra={"action": "schedule_started"})
    while not stop.wait(_LOOK_SECONDS):
        try:
            now = app.schedule.now()
            beat(app.redis, now)
            if now - registered >= _REGISTER and _register(app, now):
                registered = now
            app.schedule.fire_due(now)
        except RedisError as error:
            extra = {"action": "redis_lost"}
            logger.warning("Redis is away, the schedule waits: %s", type(error).__name__, extra=extra)
            continue
        keeper.keep_up()
    logger.info("The schedule ends", extra={"action": "schedule_ended"})


def _register(app: Application, now: dt.datetime) -> bool:
    try:
        zones = app.recipients.time_zones()
        app.schedule.register(zones, now, lambda entry: app.recipients.ran_before(entry.type, entry.timezone))
    except SupabaseError as error:
        extra = {"action": "zones_unread", "reason": str(error)}
        logger.warning("The time zones cannot be read, the entries stay as they are", extra=extra)
        return False
    return True


def _options() -> argparse.Namespace:
    parser = arguments.parser("Register the schedule in rq-scheduler and run it.", _EXAMPLES)
    parser.add_argument("--list", action="store_true", help="list the entries and end")
    return parser.parse_args()


def _list(schedule: Schedule) -> None:
    rows = []
    for planned in schedule.planned():
        local = planned.next_run.astimezone(planned.entry.zone)
        runs = f"{local:%a %Y-%m-%d %H:%M}", f"{planned.next_run:%Y-%m-%d %H:%M}"
        rows.append((planned.entry.type, planned.entry.cron, planned.entry.timezone, *runs))
    if not rows:
        print("No entries: run scripts/schedule.py to register them.")
        return
    print(arguments.table(("type", "cron", "time zone", "next run (local)", "next run (UTC)"), rows))
