"""Maintenance of the queue: due jobs are moved, jobs of dead workers recovered, finished ones trimmed.

Any number of processes may do this at any time; `queue.turn` has one do it for all. Where there is nothing to do,
each costs one command of Redis or none: managed ones are paid by the command.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from typing import cast

from redis import Redis
from rq.job import Job
from rq.queue import Queue
from rq.registry import BaseRegistry, ScheduledJobRegistry
from rq.results import Result
from rq.utils import as_text, utcformat
from rq.worker_registration import clean_worker_registry

from proactive.model.durations import DEADLY_JOB_WAIT, OBSERVATION_GAP, WORKER_SILENT
from proactive.queue.rq_classes import JsonQueue
from proactive.storage.redis import load_script
from proactive.storage.redis_clock import RedisClock

logger = logging.getLogger(__name__)

KEEP_FINISHED = 200
KEEP_FAILED = 1000
_PAGE = 500
#: So many workers may die of one job before it has to wait.
_DEATHS = 5
#: A job that is due within this many seconds may be due by Redis' clock, which is asked then.
_TICK = 0.05
_SOON = 120.0
#: Redis' answer for the life of a key that is not there.
_NO_KEY = -2


class QueueMaintenance:
    """The maintenance of one queue; every method raises redis.RedisError where Redis is away."""

    def __init__(self, queue: JsonQueue) -> None:
        self._queue = queue
        self._redis: Redis = queue.connection
        self._clock = RedisClock(self._redis)
        #: Whether a job that comes back within two minutes was there when due jobs were last moved.
        self.soon = False
        self._silent: dict[tuple[str, float], float] = {}
        self._observed = 0.0
        self._move, self._recover, self._lost, self._trim = (
            load_script(self._redis, "queue", name) for name in ("move_due", "recover", "lost", "trim")
        )

    def move_due(self) -> int:
        """Put jobs whose time has come on the queue; answer how many."""
        registry = ScheduledJobRegistry(queue=self._queue)
        first = cast("list[tuple[bytes, float]]", self._redis.zrange(registry.key, 0, 0, withscores=True))
        left = first[0][1] - self._clock() if first else float("inf")
        self.soon = left < _SOON
        if left > _TICK:
            return 0
        keys = [registry.key, self._queue.key, Queue.redis_queues_keys]
        moved = 0
        while True:
            now = utcformat(dt.datetime.now(dt.UTC))
            page = int(self._move(keys=keys, args=[Job.key_for(""), now, _PAGE]))
            moved += page
            if page < _PAGE:
                return moved

    def recover(self, *, watched: bool = False) -> None:
        """Give jobs of workers that stopped beating to others, and jobs that a dying worker had just taken.

        A worker's death is no failure of the job and uses none of its attempts. Only this process' own clock
        counts: RQ's registry holds the time of whatever machine the worker ran on. A process that takes over from
        another and has spoken with Redis all the while (`watched`) believes how long a job's execution, which expires,
        has lived by Redis' clock.
        """
        now = time.monotonic()
        known = self._silent if now - self._observed < OBSERVATION_GAP else {}
        self._observed = now
        heartbeats = self._heartbeats()
        ages = self._ages(heartbeats) if watched else {}
        self._silent = {each: known.get(each, now - ages.get(each, 0.0)) for each in heartbeats}
        for (entry, beat), seen in self._silent.items():
            if now - seen >= WORKER_SILENT:
                self._put_back(entry, started=beat > 0)

    def _ages(self, heartbeats: list[tuple[str, float]]) -> dict[tuple[str, float], float]:
        """For how many seconds each of the started ones has not beaten, where its execution's life says so."""
        started = [each for each in heartbeats if each[1] > 0]
        with self._redis.pipeline(transaction=False) as pipe:
            for entry, _ in started:
                pipe.pttl(f"rq:execution:{entry}")
            lives = pipe.execute() if started else []
        gone = float(WORKER_SILENT)
        ages = (gone if life == _NO_KEY else gone - life / 1000 if life >= 0 else 0.0 for life in lives)
        return {each: min(gone, max(0.0, age)) for each, age in zip(started, ages, strict=True)}

    def lost(self, job_ids: list[str]) -> set[str]:
        """The jobs among these that are nowhere: neither waiting, scheduled, taken nor running."""
        found = cast("list[bytes]", self._lost(keys=self._keys(), args=job_ids)) if job_ids else []
        return {as_text(job_id) for job_id in found}

    def trim(self) -> int:
        """Keep the last 200 completed and the last 1000 failed jobs; answer how many were dropped."""
        finished = self._dropped(self._queue.finished_job_registry, KEEP_FINISHED)
        return finished + self._dropped(self._queue.failed_job_registry, KEEP_FAILED)

    def forget_dead_workers(self) -> None:
        """Take workers off RQ's list whose keys have expired."""
        clean_worker_registry(self._queue)

    def _heartbeats(self) -> list[tuple[str, float]]:
        """Started jobs' entries with their last beat, and taken jobs' ids with none."""
        registry, taken = self._queue.started_job_registry.key, self._queue.intermediate_queue_key
        if not self._redis.exists(registry, taken):
            return []
        started = self._redis.zrange(registry, 0, -1, withscores=True)
        snapshot = [(as_text(entry), score) for entry, score in cast("list[tuple[bytes, float]]", started)]
        return snapshot + [(job_id, 0.0) for job_id in self._queue.intermediate_queue.get_job_ids()]

    def _put_back(self, entry: str, *, started: bool) -> None:
        job_id = entry.rpartition(":")[0] if started else entry
        arguments: list[str | int | bytes] = [Job.key_for(""), job_id, entry if started else ""]
        arguments += [utcformat(dt.datetime.now(dt.UTC)), _DEATHS, DEADLY_JOB_WAIT]
        if self._recover(keys=[*self._keys(), Queue.redis_queues_keys], args=arguments):
            extra = {"jobId": job_id, "action": "recovered"}
            logger.warning("A job had lost its worker, it is back on the queue", extra=extra)

    def _keys(self) -> list[str]:
        queue = self._queue
        scheduled = ScheduledJobRegistry(queue=queue).key
        return [queue.started_job_registry.key, queue.intermediate_queue_key, queue.key, scheduled]

    def _dropped(self, registry: BaseRegistry, keep: int) -> int:
        dropped = 0
        while int(self._redis.zcard(registry.key)) > keep:
            args = [Job.key_for(""), Result.get_key(""), "rq:executions:", keep, _PAGE]
            page = int(self._trim(keys=[registry.key], args=args))
            dropped += page
            if page < _PAGE:
                break
        return dropped
