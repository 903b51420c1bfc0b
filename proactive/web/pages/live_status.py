"""The live status of the panel: the queue, the workers, the alerts, and what goes out next.

Operators see all of it, a signed-in user only what concerns the own organisation.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from redis import Redis

from proactive.model.durations import SCHEDULER_SILENT
from proactive.monitoring.queue_snapshot import QueueSnapshot, QueueSnapshotReader
from proactive.schedule.scheduler import CronSchedule
from proactive.storage.redis import ALERTS_RAISED

_AHEAD = dt.timedelta(hours=24)
_ALERTS = {
    "failure_rate": "Taxa de falha", "pending_jobs": "Fila", "silence": "Silêncio",
    "undelivered_rate": "Não entregues", "stopped_instances": "Instância parada",
    "campaigns_paused": "Campanhas pausadas", "campaigns_untold": "Confirmação não entregue",
    "campaigns_pumpless": "Campanhas sem envio",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Alert:
    """A raised alert: its short name, its sentence, since when (aware)."""

    title: str
    text: str
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class UpcomingRun:
    """A run of the schedule within the next 24 hours, for at most so many `owners`: their facts are not read yet."""

    type: str
    timezone: str
    at: dt.datetime
    owners: int


@dataclass(frozen=True, slots=True)
class Operation:
    """The queue and its workers, and the raised alerts."""

    snapshot: QueueSnapshot
    alerts: tuple[Alert, ...]

    @property
    def scheduler(self) -> bool:
        """Whether the scheduler is alive."""
        age = self.snapshot.scheduler_age
        return age is not None and age <= SCHEDULER_SILENT

    @property
    def workers(self) -> int:
        """The number of workers that are alive."""
        return sum(self.snapshot.workers.values())


def operation(redis: Redis, queue: QueueSnapshotReader) -> Operation:
    """The queue's snapshot and the raised alerts. Raises redis.RedisError where Redis is away."""
    return Operation(queue.snapshot(), tuple(_alerts(redis)))


def upcoming_runs(schedule: CronSchedule, owners: dict[str, int], now: dt.datetime) -> list[UpcomingRun]:
    """The runs of the schedule within 24 hours from `now` (aware), soonest first, in the zones that have `owners`.

    Raises:
        redis.RedisError: Redis is away.
    """
    return [
        UpcomingRun(planned.entry.type, planned.entry.timezone, planned.next_run, owners[planned.entry.timezone])
        for planned in schedule.planned()
        if planned.next_run < now + _AHEAD and planned.entry.timezone in owners
    ]


def _alerts(redis: Redis) -> Iterator[Alert]:
    raised = cast("dict[bytes, bytes]", redis.hgetall(ALERTS_RAISED))
    for name, raw in sorted(raised.items()):
        notice: dict[str, Any] = json.loads(raw)
        title = _ALERTS.get(name.decode(), name.decode())
        yield Alert(title, notice["text"].partition(" - ")[2] or notice["text"], _moment(notice["at"]))


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)
