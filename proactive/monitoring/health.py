"""Looks at everything that messages need, all at once and within about two and a half seconds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

from redis import RedisError

from proactive.errors import SupabaseError
from proactive.monitoring.condition import CHECKS, CheckName, Condition
from proactive.monitoring.connections import PATIENCE, MonitoringConnections
from proactive.monitoring.gateway_check import GatewayCheck
from proactive.monitoring.present import Present
from proactive.monitoring.queue_snapshot import QueueSnapshot
from proactive.monitoring.redis_check import RedisCheck
from proactive.monitoring.verdicts import of_migration, of_present, of_queue, of_supabase, unknown
from proactive.settings import Settings
from proactive.storage.migrated import applied_migration

#: Seconds that all of it may take beyond what a part may.
_MARGIN = 0.5
_LEVELS = ("bad", "unknown", "warn")
#: What is read where, for when it cannot be.
_OF_QUEUE: tuple[CheckName, ...] = ("workers", "scheduler", "queue", "alerts", "records")
_OF_PRESENT: tuple[CheckName, ...] = ("instances", "delivery", "failures", "pauses")


@dataclass(frozen=True, slots=True)
class HealthReport:
    """What was looked at `at` (aware): conditions, the worst first; a check without one is fine.

    `queue` and `present` are what was read, None where Redis or Supabase is away.
    """

    at: dt.datetime
    conditions: tuple[Condition, ...]
    queue: QueueSnapshot | None
    present: Present | None

    @property
    def ready(self) -> bool:
        """Whether nothing keeps every message from going out."""
        return not any(condition.blocks for condition in self.conditions)

    def of(self, check: CheckName) -> list[Condition]:
        """What was found of one part."""
        return [condition for condition in self.conditions if condition.check == check]


@dataclass(frozen=True)
class Health:
    """Asks each part in a thread of its own, for `patience` seconds; none delays another. `clock` answers now (UTC)."""

    connections: MonitoringConnections
    redis: RedisCheck
    gateway: GatewayCheck
    patience: float = PATIENCE
    clock: Callable[[], dt.datetime] = field(default=lambda: dt.datetime.now(dt.UTC))
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(20, "health"))

    def report(self) -> HealthReport:
        """Look at everything now; never raises because something is away."""
        ask = self._pool.submit
        present = ask(lambda: self.connections.present.present(None))
        asked: dict[str, Future[Any]] = {
            "present": present,
            "redis": ask(self.redis),
            "queue": ask(self.connections.queue.snapshot),
            "migration": ask(lambda: applied_migration(self.connections.database)),
            "memory": ask(self.gateway.memory),
            "gateway": ask(lambda: self.gateway(_probes(present, self.patience / 2))),
        }
        done, _ = wait(asked.values(), timeout=self.patience + _MARGIN)
        found = {name: _outcome(name, future if future in done else None) for name, future in asked.items()}
        at = self.clock()
        conditions = sorted(_conditions(found, at), key=place)
        queue, read = found["queue"], found["present"]
        return HealthReport(
            at, tuple(conditions), queue if isinstance(queue, QueueSnapshot) else None,
            read if isinstance(read, Present) else None,
        )  # fmt: skip


def build_health(settings: Settings, connections: MonitoringConnections, patience: float = PATIENCE) -> Health:
    """Everything over these connections, each of which may take `patience` seconds; asks nothing yet."""
    gateway = GatewayCheck(str(settings.whatsapp_url), connections.gateway, connections.redis, patience)
    return Health(connections, RedisCheck(connections.redis), gateway, patience)


def place(condition: Condition) -> tuple[int, int]:
    """Where a condition stands among others: the worst first, then by the part."""
    return _LEVELS.index(condition.level), CHECKS.index(condition.check)


def _conditions(found: Mapping[str, Any], at: dt.datetime) -> Iterator[Condition]:
    yield from found["redis"] if isinstance(found["redis"], list) else [_failed("redis_away", found["redis"])]
    queue, present, migration = found["queue"], found["present"], found["migration"]
    if isinstance(queue, QueueSnapshot):
        yield from of_queue(queue, at)
    else:
        yield from (unknown(check, "redis") for check in _OF_QUEUE)
    error = present if isinstance(present, SupabaseError) else None
    yield from of_supabase(error)
    yield from of_migration(migration, error)
    if isinstance(present, Present):
        yield from of_present(present)
    else:
        yield from (unknown(check, "supabase") for check in _OF_PRESENT)
    yield from _remembered(found)
    yield from found["gateway"] if isinstance(found["gateway"], list) else [_failed("gateway_away", found["gateway"])]


def _remembered(found: Mapping[str, Any]) -> list[Condition]:
    return found["memory"] if isinstance(found["memory"], list) else []


def _failed(code: str, error: BaseException) -> Condition:
    why = str(error) if isinstance(error, TimeoutError) else f"the check failed: {type(error).__name__}"
    return Condition("redis" if code == "redis_away" else "gateway", code, {"why": why})


def _outcome(name: str, future: Future[Any] | None) -> Any:
    """What was read, or what it raised; whatever it is, of Supabase it is a SupabaseError."""
    error = TimeoutError("no answer in time") if future is None else future.exception()
    if future is not None and error is None:
        return future.result()
    if name not in ("present", "migration") or isinstance(error, SupabaseError):
        return error
    return SupabaseError(str(error) if future is None else f"the check failed: {type(error).__name__}")


def _probes(present: Future[Present], seconds: float) -> tuple[str, ...]:
    """Instances that the gateway can be asked about, as soon as they are known."""
    try:
        return present.result(seconds).probes
    except (SupabaseError, RedisError, TimeoutError):
        return ()
