"""What is so at this moment: the queue, the workers, the alerts, what goes out next. Operators see all of it, a
signed-in user only what is the own organisation's."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from redis import Redis

from proactive.app import Application
from proactive.monitoring.alert_state import RAISED
from proactive.monitoring.health import SCHEDULER_SILENT
from proactive.monitoring.queue_snapshot import QueueSnapshot, QueueSnapshotReader
from proactive.web.pages import labels

_AHEAD = dt.timedelta(hours=24)
_ALERTS = {"failure_rate": "Taxa de falha", "pending_jobs": "Fila", "silence": "Silêncio"}


@dataclass(frozen=True, slots=True)
class Alert:
    """A raised alert: its short name, its sentence, since when (aware)."""

    title: str
    text: str
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class Departure:
    """A run of the schedule within the next 24 hours, to so many owners (before their facts are looked at)."""

    type: str
    timezone: str
    at: dt.datetime
    owners: int


@dataclass(frozen=True, slots=True)
class Operation:
    """The queue and who works on it. `scheduler` is whether it beats."""

    snapshot: QueueSnapshot
    alerts: tuple[Alert, ...]

    @property
    def scheduler(self) -> bool:
        """Whether the schedule is being run."""
        age = self.snapshot.scheduler_age
        return age is not None and age <= SCHEDULER_SILENT

    @property
    def workers(self) -> int:
        """How many are alive."""
        return sum(self.snapshot.workers.values())


def operation(app: Application) -> Operation:
    """Read it from Redis. Raises redis.RedisError."""
    return Operation(QueueSnapshotReader(app.redis).snapshot(), tuple(_alerts(app.redis)))


def departures(app: Application, owners: dict[str, int], now: dt.datetime) -> list[Departure]:
    """What the schedule does until `now` (aware) and 24 hours, soonest first, in the zones that have `owners`.

    Raises:
        redis.RedisError: Redis is away.
    """
    return [
        Departure(planned.entry.type, planned.entry.timezone, planned.next_run, owners[planned.entry.timezone])
        for planned in app.schedule.planned()
        if planned.next_run < now + _AHEAD and planned.entry.timezone in owners
    ]


def _alerts(redis: Redis) -> Iterator[Alert]:
    raised = cast("dict[bytes, bytes]", redis.hgetall(RAISED))
    for name, raw in sorted(raised.items()):
        notice: dict[str, Any] = json.loads(raw)
        title = _ALERTS.get(name.decode(), name.decode())
        yield Alert(title, notice["text"].partition(" - ")[2] or notice["text"], _moment(notice["at"]))


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def worker_words(snapshot: QueueSnapshot) -> str:
    """`2 livres, 1 ocupado`"""
    busy = snapshot.workers.get("busy", 0)
    free = sum(snapshot.workers.values()) - busy
    parts = [f"{number} {word}{'s' * (number != 1)}" for number, word in ((free, "livre"), (busy, "ocupado")) if number]
    return ", ".join(parts) or labels.NONE
