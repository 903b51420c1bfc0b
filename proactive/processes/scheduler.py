"""The scheduler: fires what is due, keeps the schedule's entries right, does maintenance, raises the alerts."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time

from redis import RedisError

from proactive.app import Application
from proactive.errors import SupabaseError
from proactive.model.durations import SCHEDULER_BEAT, SCHEDULER_LOOP
from proactive.monitoring.alert_loop import alert_loop
from proactive.monitoring.queue_snapshot import beat
from proactive.processes.maintenance import Maintenance
from proactive.processes.rq_command import warn_unless_ours
from proactive.queue.turn import MaintenanceTurn
from proactive.storage.redis_clock import RedisClock
from proactive.storage.redis_errors import describe, is_away
from proactive.storage.redis_fitness import require_fit

logger = logging.getLogger(__name__)

#: Seconds between two readings of which time zones are in use,
_REGISTER_EVERY = 20.0
#: between two readings of what every entry holds,
_READ_ENTRIES_EVERY = 300.0
#: and after which the entries are looked at although none of those that were there is due: others write them too.
_LOOK_EVERY = 5.0
#: and between two times that it is told that Redis refuses.
_TELL_EVERY = 60.0


def run_scheduler(app: Application, stop: threading.Event) -> None:
    """Run the schedule, and the alerts in a thread of their own, until `stop`; outlives Redis and Supabase.

    Any number of schedulers may run at once: an entry is fired once, by whoever is first.

    Raises:
        SettingsError: the alerts' settings do not fit together, or Redis cannot be worked with.
    """
    warn_unless_ours()
    with alert_loop(app):
        fire_until(app, stop)


def fire_until(app: Application, stop: threading.Event) -> None:
    """Fire what is due by Redis' clock and do maintenance, once a second; beat and register the zones more rarely."""
    loop = _Loop(app)
    logger.info("The schedule runs", extra={"action": "schedule_started"})
    while not stop.wait(SCHEDULER_LOOP):
        loop.run_once()
    loop.end()
    logger.info("The schedule ends", extra={"action": "schedule_ended"})


class _Loop:
    """What the scheduler remembers from second to second, so that it asks Redis only for what may have changed."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._clock = RedisClock(app.redis)
        self._maintenance = Maintenance(app, MaintenanceTurn(app.redis, "scheduler"))
        self._checked, self._told = False, float("-inf")
        self._begin_again()

    def run_once(self) -> None:
        """Do what is due now; where Redis is away, say so and leave it to the next second.

        Raises:
            RedisUnfit: at the first contact, where this Redis cannot be worked with.
        """
        try:
            if not self._checked:
                for danger in require_fit(self._app.redis):
                    logger.warning("Redis may lose messages: %s", danger, extra={"action": "redis_danger"})
                self._checked = True
            self._schedule(self._clock())
        except RedisError as error:
            self._log_lost(error)
            self._begin_again()
            return
        self._maintenance.run_due()

    def _log_lost(self, error: RedisError) -> None:
        """Each second that Redis is away, and once a minute what waiting does not mend."""
        if is_away(error):
            extra = {"action": "redis_lost"}
            logger.warning("Redis is away, the schedule waits: %s", type(error).__name__, extra=extra)
        elif time.monotonic() - self._told >= _TELL_EVERY:
            self._told = time.monotonic()
            logger.error("The schedule cannot go on: %s", describe(error), extra={"action": "redis_refused"})

    def end(self) -> None:
        """Let somebody else do the maintenance at once."""
        try:
            self._maintenance.turn.give_up()
        except RedisError:
            return  # the turn ends by itself

    def _begin_again(self) -> None:
        self._clock.forget()
        self._beaten = self._registered = self._read = self._looked = float("-inf")
        self._next = 0.0

    def _schedule(self, now: float) -> None:
        moment, counted = dt.datetime.fromtimestamp(now, dt.UTC), time.monotonic()
        if counted - self._beaten >= SCHEDULER_BEAT:
            beat(self._app.redis, moment)
            self._beaten = counted
        if counted - self._registered >= _REGISTER_EVERY:
            read = counted - self._read >= _READ_ENTRIES_EVERY
            if register_zones(self._app, moment, read=read):
                self._registered, self._looked = counted, float("-inf")
                self._read = counted if read else self._read
        if counted - self._looked >= _LOOK_EVERY:
            self._next, self._looked = self._app.schedule.next_due(), counted
        if now >= self._next:
            self._app.schedule.fire_due(moment)
            self._next, self._looked = self._app.schedule.next_due(), counted


def register_zones(app: Application, now: dt.datetime, *, read: bool = True) -> bool:
    """Make the schedule's entries fit the time zones in use; False where Supabase cannot say which those are.

    Unless they are to be `read`, entries that are there are taken for whole.

    Raises:
        redis.RedisError: Redis is away.
    """
    try:
        zones = app.recipients.time_zones()
        if not read and app.schedule.holds(zones):
            return True
        app.schedule.register(zones, now, lambda entry: app.recipients.ran_before(entry.type, entry.timezone))
    except SupabaseError as error:
        extra = {"action": "zones_unread", "reason": str(error)}
        logger.warning("The time zones cannot be read, the entries stay as they are", extra=extra)
        return False
    return True
