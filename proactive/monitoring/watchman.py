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

from proactive.bootstrap import Application
from proactive.errors import SupabaseError
from proactive.monitoring.alarm import Alarm
from proactive.monitoring.alerts import Notice, judge
from proactive.monitoring.channels import Channel, channels_of
from proactive.monitoring.readers import Readers, build_readers
from proactive.settings import Settings

logger = logging.getLogger(__name__)

Found = TypeVar("Found")
#: Seconds between two looks of one process, and for which nobody else looks.
_EVERY = 60.0
_TURN = 55.0
#: What could not be told for so long is not news any more.
_STALE = dt.timedelta(hours=1)


@dataclass
class Watchman:
    """One process's watch. `clock` answers the current instant (UTC)."""

    settings: Settings
    readers: Readers
    alarm: Alarm
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
        queue = _if_there(self.readers.queue.signs)
        records = _if_there(self.readers.records.signs)
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


def build_watchman(app: Application) -> Watchman:
    """Raises SettingsError as `channels_of`; connects to nothing yet."""
    channels = channels_of(app)
    readers = build_readers(app.settings)
    return Watchman(app.settings, readers, Alarm(readers.redis, [channel.name for channel in channels]), channels)


@contextmanager
def watching(app: Application) -> Iterator[None]:
    """Watch in a thread for as long as the block lasts: a slow webhook delays nothing else. Raises SettingsError."""
    watchman, stop = build_watchman(app), threading.Event()
    thread = threading.Thread(target=_run, args=(watchman, stop), name="watchman", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(1.0)


def _run(watchman: Watchman, stop: threading.Event) -> None:
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
