"""Looks every minute whether an alert is to be raised or cleared, and has it told: once, whoever looks."""

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
from proactive.errors import SupabaseError
from proactive.monitoring.alert_channels import Channel, alert_channels
from proactive.monitoring.alert_state import AlertState
from proactive.monitoring.alerts import Notice, judge
from proactive.monitoring.connections import MonitoringConnections, build_connections
from proactive.settings import Settings

logger = logging.getLogger(__name__)

Found = TypeVar("Found")
#: Seconds between two looks of one process, and for which nobody else looks.
_EVERY = 60.0
_TURN = 55.0
#: What could not be told for so long is not news any more.
_STALE = dt.timedelta(hours=1)


@dataclass
class AlertLoop:
    """One process's watch. `clock` answers the current instant (UTC)."""

    settings: Settings
    readers: MonitoringConnections
    alarm: AlertState
    channels: Sequence[Channel]
    clock: Callable[[], dt.datetime] = field(default=lambda: dt.datetime.now(dt.UTC))

    def watch(self) -> bool:
        """Look and tell, unless another process has just done so; answers whether this one did.

        Raises:
            redis.RedisError: Redis is away; the next look makes up for it.
        """
        if not self.alarm.turn(_TURN):
            return False
        self.look()
        self.tell()
        return True

    def look(self) -> None:
        """Raise and clear what is to be. Raises redis.RedisError."""
        queue = _if_there(self.readers.queue.snapshot)
        records = _if_there(self.readers.records.snapshot)
        for verdict in judge(self.settings, queue, records):
            notice = json.dumps(Notice.of(verdict, self.clock()).as_json())
            self.alarm.change("raise" if verdict.holds else "clear", verdict.alert, notice)

    def tell(self) -> None:
        """Tell every channel what it was not told, in order, until it fails. Raises redis.RedisError."""
        for channel in self.channels:
            while (raw := self.alarm.untold(channel.name)) is not None:
                said = json.loads(raw)
                notice = Notice(**said | {"at": dt.datetime.fromisoformat(said["at"])})
                if self.clock() - notice.at < _STALE and not channel.tell(notice):
                    break
                self.alarm.told(channel.name, raw)


def build_alert_loop(app: Application) -> AlertLoop:
    """Raises SettingsError as `channels_of`; connects to nothing yet."""
    channels = alert_channels(app)
    readers = build_connections(app.settings)
    return AlertLoop(app.settings, readers, AlertState(readers.redis, [channel.name for channel in channels]), channels)


@contextmanager
def alert_loop(app: Application) -> Iterator[None]:
    """Watch in a thread for as long as the block lasts: a slow webhook delays nothing else. Raises SettingsError."""
    watchman, stop = build_alert_loop(app), threading.Event()
    thread = threading.Thread(target=_run, args=(watchman, stop), name="watchman", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(1.0)


def _run(watchman: AlertLoop, stop: threading.Event) -> None:
    while True:
        try:
            watchman.watch()
        except RedisError as error:
            extra = {"action": "watch_failed"}
            logger.warning("Redis is away, no alert is looked for: %s", type(error).__name__, extra=extra)
        except Exception as error:  # whatever it is, the next look must come
            logger.error(
                "The alerts could not be looked at: %s", type(error).__name__, extra={"action": "watch_failed"}
            )
        if stop.wait(_EVERY):
            return


def _if_there(read: Callable[[], Found]) -> Found | None:
    try:
        return read()
    except SupabaseError as error:
        extra = {"action": "watch_failed", "reason": str(error)}
        logger.warning("The records cannot be read, their alerts stay as they are", extra=extra)
        return None
