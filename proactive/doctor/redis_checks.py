"""What the doctor looks at in Redis: whether it is fit, and whether scheduler and workers beat in it."""

from __future__ import annotations

import time
from collections.abc import Iterator

from redis import Redis, RedisError

from proactive.doctor.clocks import clock_finding
from proactive.doctor.finding import Finding, finding
from proactive.model.durations import SCHEDULER_SILENT
from proactive.monitoring.queue_snapshot import QueueSnapshotReader
from proactive.storage.redis_errors import describe, is_away
from proactive.storage.redis_fitness import RedisFitness, examine


def redis_findings(redis: Redis) -> list[Finding]:
    """Everything about Redis and the processes that beat in it; where it is away, that alone."""
    try:
        fitness = examine(redis)
        asked = time.time()
        seconds, microseconds = redis.time()
        clock = clock_finding("redis_clock", seconds + microseconds / 1e6, asked, time.time())
        return [*_fitness(fitness), clock, *_processes(redis)]
    except RedisError as error:
        reason = type(error).__name__ if is_away(error) else describe(error)
        return [finding("redis.away", reason=reason), finding("processes.unknown")]


def _fitness(fitness: RedisFitness) -> Iterator[Finding]:
    others = [fault for fault in fitness.faults if not fitness.rights or fitness.rights[0] not in fault]
    for fault in others:
        yield finding("redis.unfit", fault=fault)
    if not others:
        yield finding("redis.ok", version=fitness.version)
    if fitness.rights:
        yield finding("redis_rights.missing", missing=", ".join(fitness.rights))
    elif not others:
        yield finding("redis_rights.ok")
        yield finding("redis_persistence.ok" if fitness.append_only else "redis_persistence.off")
        kept = fitness.policy == "noeviction"
        yield finding("redis_eviction.ok") if kept else finding("redis_eviction.dangerous", policy=fitness.policy)


def _processes(redis: Redis) -> Iterator[Finding]:
    snapshot = QueueSnapshotReader(redis).snapshot()
    age, workers = snapshot.scheduler_age, sum(snapshot.workers.values())
    if age is None:
        yield finding("scheduler.away", reason="no scheduler has ever run")
    elif age > SCHEDULER_SILENT:
        yield finding("scheduler.away", reason=f"the scheduler's last beat was {age:.0f} seconds ago")
    else:
        yield finding("scheduler.ok")
    if snapshot.suspended:
        yield finding("workers.suspended")
    else:
        yield finding("workers.ok", count=workers) if workers else finding("workers.away")
