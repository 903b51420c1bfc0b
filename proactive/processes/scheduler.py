"""The scheduler: fires what is due, keeps the schedule's entries right, does maintenance, raises the alerts."""

from __future__ import annotations

import datetime as dt
import logging
import threading

from redis import RedisError

from proactive.app import Application
from proactive.errors import SupabaseError
from proactive.model.durations import SCHEDULER_BEAT
from proactive.monitoring.alert_loop import alert_loop
from proactive.monitoring.queue_snapshot import beat
from proactive.processes.maintenance import Maintenance

logger = logging.getLogger(__name__)

#: Between two readings of which time zones are in use.
_REGISTER_EVERY = dt.timedelta(seconds=20)


def run_scheduler(app: Application, stop: threading.Event) -> None:
    """Run the schedule, and the alerts in a thread of their own, until `stop`; outlives Redis and Supabase.

    Any number of schedulers may run at once: an entry is fired once, by whoever is first.

    Raises:
        SettingsError: the alerts' settings do not fit together.
    """
    with alert_loop(app):
        fire_until(app, stop)


def fire_until(app: Application, stop: threading.Event) -> None:
    """Once a second: beat, fire what is due by Redis' clock, do maintenance; every 20 s register the time zones."""
    maintenance = Maintenance(app)
    registered = dt.datetime.min.replace(tzinfo=dt.UTC)
    logger.info("The schedule runs", extra={"action": "schedule_started"})
    while not stop.wait(SCHEDULER_BEAT):
        try:
            now = app.schedule.now()
            beat(app.redis, now)
            if now - registered >= _REGISTER_EVERY and register_zones(app, now):
                registered = now
            app.schedule.fire_due(now)
        except RedisError as error:
            extra = {"action": "redis_lost"}
            logger.warning("Redis is away, the schedule waits: %s", type(error).__name__, extra=extra)
            continue
        maintenance.run_due()
    logger.info("The schedule ends", extra={"action": "schedule_ended"})


def register_zones(app: Application, now: dt.datetime) -> bool:
    """Make the schedule's entries fit the time zones in use; False where Supabase cannot say which those are.

    Raises:
        redis.RedisError: Redis is away.
    """
    try:
        zones = app.recipients.time_zones()
        app.schedule.register(zones, now, lambda entry: app.recipients.ran_before(entry.type, entry.timezone))
    except SupabaseError as error:
        extra = {"action": "zones_unread", "reason": str(error)}
        logger.warning("The time zones cannot be read, the entries stay as they are", extra=extra)
        return False
    return True
