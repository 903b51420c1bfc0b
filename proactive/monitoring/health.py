"""Checks whether everything that messages need is there, part by part, with the reason where it is not."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

import requests
from redis import RedisError

from proactive.deadline.session import BoundedSession
from proactive.errors import SupabaseError
from proactive.model.durations import SCHEDULER_SILENT
from proactive.monitoring.connections import PATIENCE, MonitoringConnections
from proactive.monitoring.queue_snapshot import QueueSnapshot
from proactive.settings import Settings
from proactive.storage.redis_errors import describe, is_away
from proactive.storage.redis_fitness import RedisFitness, examine

#: Seconds within which all of it is answered.
_TOGETHER = PATIENCE + 0.5
#: For how long what a Redis is like is not asked again.
_FIT_FOR = 60.0


class Remark(str):
    """What should be otherwise about a part that is available."""


#: Answers None, or why a part is away, in a sentence without addresses; or a Remark.
Check = Callable[[], str | None]


@dataclass(frozen=True)
class Health:
    """Asks each part in a thread of its own; a part that does not answer delays no other."""

    checks: Mapping[str, Check]
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(10, "health"))

    def reasons(self) -> dict[str, str | None]:
        """Each part with None, why it is away, or a Remark; within about two and a half seconds."""
        asked: dict[str, Future[str | None]] = {name: self._pool.submit(ask) for name, ask in self.checks.items()}
        done, _ = wait(asked.values(), timeout=_TOGETHER)
        return {name: _answer(answer) if answer in done else "no answer in time" for name, answer in asked.items()}


def build_health(settings: Settings, connections: MonitoringConnections) -> Health:
    """The checks of every part; asks nothing yet."""
    gateway = str(settings.whatsapp_url)
    return Health(
        {
            "redis": _RedisCheck(connections),
            "supabase": lambda: _supabase(connections),
            "gateway": lambda: _gateway(gateway),
            "scheduler": lambda: _of_queue(connections, _scheduler),
            "workers": lambda: _of_queue(connections, _workers),
        }
    )


@dataclass
class _RedisCheck:
    """Whether Redis answers, each time; whether it is fit for the worker, once a minute."""

    connections: MonitoringConnections
    _examined: float = float("-inf")
    _found: RedisFitness = field(default_factory=RedisFitness)

    def __call__(self) -> str | None:
        try:
            self.connections.redis.ping()
            if time.monotonic() - self._examined > _FIT_FOR:
                self._found, self._examined = examine(self.connections.redis), time.monotonic()
        except RedisError as error:
            return f"Redis cannot be asked: {type(error).__name__ if is_away(error) else describe(error)}"
        if self._found.faults:
            return "Redis is not usable: " + "; ".join(self._found.faults)
        return Remark("; ".join(self._found.dangers)) if self._found.dangers else None


def _supabase(connections: MonitoringConnections) -> str | None:
    try:
        connections.records.snapshot()
    except SupabaseError as error:
        return f"Supabase cannot be read: {error}"
    return None


def _gateway(url: str) -> str | None:
    """The reason why the gateway is away; None where it gives any answer but a failure of its own."""
    try:
        with BoundedSession() as session:
            status = session.status("GET", url, seconds=PATIENCE)
    except requests.RequestException as error:
        return f"the gateway cannot be reached: {type(error).__name__}"
    return f"the gateway answers with status {status}" if status >= 500 else None


def _of_queue(connections: MonitoringConnections, judge: Callable[[QueueSnapshot], str | None]) -> str | None:
    try:
        return judge(connections.queue.snapshot())
    except RedisError:
        return "not known: Redis cannot be asked"


def _scheduler(snapshot: QueueSnapshot) -> str | None:
    if snapshot.scheduler_age is None:
        return "no scheduler has ever run"
    if snapshot.scheduler_age > SCHEDULER_SILENT:
        return f"the scheduler's last beat was {snapshot.scheduler_age:.0f} seconds ago"
    return None


def _workers(snapshot: QueueSnapshot) -> str | None:
    if snapshot.suspended:
        return "the workers are suspended: `rq resume` lets them go on"
    return None if sum(snapshot.workers.values()) else "no worker beats"


def _answer(answer: Future[str | None]) -> str | None:
    error = answer.exception()
    return f"the check failed: {type(error).__name__}" if error else answer.result()
