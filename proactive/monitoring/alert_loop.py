"""Evaluates the alerts every minute and notifies the channels: once, whichever process does it."""

from __future__ import annotations

import datetime as dt
import json
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from redis import RedisError

from proactive.app import Application
from proactive.calendar.holiday_store import HolidayStore
from proactive.calendar.keeping import HolidayKeeper
from proactive.errors import SupabaseError
from proactive.facts.odd_values import OddValues
from proactive.monitoring.alert_channels import Channel, alert_channels
from proactive.monitoring.alert_state import AlertState
from proactive.monitoring.alerts import Notice, judge
from proactive.monitoring.connections import MonitoringConnections, build_connections
from proactive.monitoring.odd_values import OddValuesRound
from proactive.settings import Settings

logger = logging.getLogger(__name__)

Found = TypeVar("Found")
#: Seconds between two evaluations of one process, and for which nobody else evaluates.
_EVERY = 60.0
_TURN = 55.0
#: A notice that could not be sent for so long is not news any more.
_STALE = dt.timedelta(hours=1)


@dataclass
class AlertLoop:
    """One process's evaluation of the alerts. `clock` answers the current instant (UTC)."""

    settings: Settings
    connections: MonitoringConnections
    state: AlertState
    odd_values: OddValuesRound
    holidays: HolidayKeeper
    channels: Sequence[Channel]
    clock: Callable[[], dt.datetime] = field(default=lambda: dt.datetime.now(dt.UTC))
    _holiday_years: int | None = field(default=None, init=False)
    _began: bool = field(default=False, init=False)

    def run_once(self) -> bool:
        """Evaluate and notify, unless another process has just done so; answers whether this one did.

        Raises:
            redis.RedisError: Redis is away; the next run makes up for it.
        """
        if not self.state.take_turn(_TURN):
            return False
        self.keep_holidays()
        self.evaluate()
        self.look_values_through()
        self.notify()
        return True

    def evaluate(self) -> None:
        """Raise and clear alerts by what can be read now. Raises redis.RedisError."""
        queue = _unless_away(self.connections.queue.snapshot)
        records = _unless_away(self.connections.records.snapshot)
        pumpless = None if records is None else self.connections.queue.pumpless(records.campaigns.instances)
        for verdict in judge(self.settings, queue, records, pumpless, self._holiday_years):
            notice = json.dumps(Notice.of(verdict, self.clock()).as_json())
            self.state.change("raise" if verdict.holds else "clear", verdict.alert, notice)
        self.state.evaluated(["queue"] if records is None else ["queue", "records"])

    def keep_holidays(self) -> None:
        """Have the holidays written where they are not whole; from the second minute on: the first is for messages."""
        if self._began:
            self._holiday_years = self.holidays.known_years(self.clock())
        self._began = True

    def look_values_through(self) -> None:
        """Have operators told of the product's values that are none. Raises redis.RedisError."""
        notice = self.odd_values.look(self.clock())
        if notice is not None:
            self.state.tell(json.dumps(notice.as_json()))

    def notify(self) -> None:
        """Send every channel the notices that wait for it, in order, until it fails. Raises redis.RedisError."""
        for channel in self.channels:
            while (raw := self.state.next_notice(channel.name)) is not None:
                kept = json.loads(raw)
                notice = Notice(**kept | {"at": dt.datetime.fromisoformat(kept["at"])})
                if self.clock() - notice.at < _STALE and not channel.notify(notice):
                    break
                self.state.mark_notified(channel.name, raw)


def build_alert_loop(app: Application) -> AlertLoop:
    """The loop over an application's settings. Raises SettingsError as `alert_channels`; connects to nothing yet."""
    channels = alert_channels(app)
    connections = build_connections(app.settings)
    state = AlertState(connections.redis, [channel.name for channel in channels])
    # with all the time that a worker has: one large business takes longer than a metric may
    odd_values = OddValuesRound(OddValues(app.database), connections.redis)
    holidays = HolidayKeeper(HolidayStore(app.database))
    return AlertLoop(app.settings, connections, state, odd_values, holidays, channels)


@contextmanager
def alert_loop(app: Application) -> Iterator[None]:
    """Run in a thread for as long as the block lasts: a slow webhook delays nothing else. Raises SettingsError."""
    loop, stop = build_alert_loop(app), threading.Event()
    thread = threading.Thread(target=_run, args=(loop, stop), name="alerts", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(1.0)


def _run(loop: AlertLoop, stop: threading.Event) -> None:
    while True:
        try:
            loop.run_once()
        except RedisError as error:
            extra = {"action": "watch_failed"}
            logger.warning("Redis is away, the alerts are not evaluated: %s", type(error).__name__, extra=extra)
        except Exception as error:  # whatever it is, the next run must come
            logger.error(
                "The alerts could not be evaluated: %s", type(error).__name__, extra={"action": "watch_failed"}
            )
        if stop.wait(_EVERY):
            return


def _unless_away(read: Callable[[], Found]) -> Found | None:
    try:
        return read()
    except SupabaseError as error:
        extra = {"action": "watch_failed", "reason": str(error)}
        logger.warning("The records cannot be read, their alerts stay as they are", extra=extra)
        return None
