"""Snapshots of the queue, the workers and the scheduler, and what the workers have counted: all from Redis."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from redis import Redis

from proactive.campaigns.pump import pump_id
from proactive.model.durations import SCHEDULER_SILENT
from proactive.queue.inspection import SUSPENDED
from proactive.queue.maintenance import QueueMaintenance
from proactive.queue.rq_classes import JsonJob, JsonQueue
from proactive.storage.redis import (
    ALERTS_EVALUATED,
    ALERTS_RAISED,
    METRICS,
    OUTBOX,
    OUTBOX_REFUSED,
    SCHEDULER_HEARTBEAT,
    load_script,
)

#: Jobs that wait for a retry or for their turn come back within this; later ones are planned, not pending.
_PENDING_WITHIN = 300
#: A worker's key that lives for less than this many milliseconds was not renewed for half a minute.
_LEAST_LIFE = 45_000
#: A scheduled job whose time came so many seconds ago is overdue: nobody moves what is due.
_OVERDUE = 60


@dataclass(frozen=True, slots=True)
class QueueSnapshot:
    """Jobs by state, workers by state, ages in seconds (None: no job waits, the scheduler never ran).

    `pending` are jobs that wait or come back within five minutes, `unwritten` records that wait for Supabase,
    `raised` the names of alerts, `suspended` whether `rq suspend` holds: then no worker is idle. `refused` are records
    that Supabase will never take, `overdue` scheduled jobs that nobody moved for a minute. `queue_alerts` and
    `records_alerts` are the seconds since the alerts about each were evaluated (None: never).
    """

    jobs: Mapping[str, int]
    pending: int
    oldest_age: float | None
    workers: Mapping[str, int]
    scheduler_age: float | None
    unwritten: int
    raised: frozenset[str]
    suspended: bool = False
    refused: int = 0
    overdue: int = 0
    queue_alerts: float | None = None
    records_alerts: float | None = None

    @property
    def workers_alive(self) -> int:
        """The number of workers that beat."""
        return sum(self.workers.values())

    @property
    def scheduler_alive(self) -> bool:
        """Whether the scheduler beats."""
        return self.scheduler_age is not None and self.scheduler_age <= SCHEDULER_SILENT


class QueueSnapshotReader:
    """Reads snapshots and counters; raises redis.RedisError where Redis is away."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        queue = JsonQueue(connection=redis)
        self._maintenance = QueueMaintenance(queue)
        registries = (
            queue.scheduled_job_registry, queue.started_job_registry, queue.finished_job_registry,
            queue.failed_job_registry,
        )  # fmt: skip
        ours = (SCHEDULER_HEARTBEAT, OUTBOX, ALERTS_RAISED)
        self._keys = [queue.key, *(registry.key for registry in registries), f"rq:workers:{queue.name}", *ours]
        self._keys += [SUSPENDED, OUTBOX_REFUSED, ALERTS_EVALUATED]
        self._script = load_script(redis, "monitoring", "queue_snapshot")

    def snapshot(self) -> QueueSnapshot:
        """The snapshot of this moment, in one round trip."""
        arguments: list[str | int] = [JsonJob.key_for(""), _PENDING_WITHIN, _LEAST_LIFE, _OVERDUE]
        found = json.loads(self._script(keys=self._keys, args=arguments))
        return QueueSnapshot(
            jobs=found["jobs"],
            pending=found["pending"],
            oldest_age=_age(found["now"], found.get("oldest")),
            workers=found["workers"],
            scheduler_age=found.get("scheduler"),
            unwritten=found["unwritten"],
            raised=frozenset(found["alerts"] or ()),
            suspended=found["suspended"],
            refused=found["refused"],
            overdue=found["overdue"],
            queue_alerts=found.get("queue_alerts"),
            records_alerts=found.get("records_alerts"),
        )

    def pumpless(self, instances: Iterable[str]) -> int:
        """How many of these instances have no pump: nobody hands their campaigns over."""
        return len(self._maintenance.lost([pump_id(each) for each in instances]))

    def counted(self) -> dict[str, float]:
        """Every field of `proactive.model.metrics` that was ever counted."""
        raw = cast("dict[bytes, bytes]", self._redis.hgetall(METRICS))
        return {name.decode(): float(value) for name, value in raw.items()}


def beat(redis: Redis, now: dt.datetime) -> None:
    """Write the scheduler's heartbeat at `now`, by Redis' clock. Raises redis.RedisError where Redis is away."""
    redis.set(SCHEDULER_HEARTBEAT, now.timestamp())


def _age(now: float, since: str | None) -> float | None:
    return max(0.0, now - dt.datetime.fromisoformat(since).timestamp()) if since else None
