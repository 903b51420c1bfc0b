"""Maintenance of the queue: due jobs are moved, jobs of dead workers recovered, finished ones trimmed.

Any number of processes may do this at any time; the scheduler does it every second, workers whenever they look
for a job.
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

from proactive.model.durations import DEADLY_JOB_WAIT, OBSERVATION_GAP, WORKER_SILENT
from proactive.queue.rq_classes import JsonQueue
from proactive.storage.redis import load_script

logger = logging.getLogger(__name__)

KEEP_FINISHED = 200
KEEP_FAILED = 1000
_PAGE = 500
#: So many workers may die of one job before it has to wait.
_DEATHS = 5


class QueueMaintenance:
    """The maintenance of one queue; every method raises redis.RedisError where Redis is away."""

    def __init__(self, queue: JsonQueue) -> None:
        self._queue = queue
        self._redis: Redis = queue.connection
        self._silent: dict[tuple[str, float], float] = {}
        self._observed = 0.0
        self._move, self._recover, self._lost, self._trim = (
            load_script(self._redis, "queue", name) for name in ("move_due", "recover", "lost", "trim")
        )

    def move_due(self) -> int:
        """Put jobs whose time has come on the queue; answer how many."""
        registry = ScheduledJobRegistry(queue=self._queue)
        keys = [registry.key, self._queue.key, Queue.redis_queues_keys]
        moved = 0
        while True:
            now = utcformat(dt.datetime.now(dt.UTC))
            page = int(self._move(keys=keys, args=[Job.key_for(""), now, _PAGE]))
            moved += page
            if page < _PAGE:
                return moved

    def recover(self) -> None:
        """Give jobs of workers that stopped beating to others, and jobs that a dying worker had just taken.

        A worker's death is no failure of the job and uses none of its attempts. Only this process' own clock
        counts: RQ's registry holds the time of whatever machine the worker ran on.
        """
        now = time.monotonic()
        known = self._silent if now - self._observed < OBSERVATION_GAP else {}
        self._observed = now
        self._silent = {heartbeat: known.get(heartbeat, now) for heartbeat in self._heartbeats()}
        for (entry, beat), seen in self._silent.items():
            if now - seen >= WORKER_SILENT:
                self._put_back(entry, started=beat > 0)

    def lost(self, job_ids: list[str]) -> set[str]:
        """The jobs among these that are nowhere: neither waiting, scheduled, taken nor running."""
        found = cast("list[bytes]", self._lost(keys=self._keys(), args=job_ids)) if job_ids else []
        return {as_text(job_id) for job_id in found}

    def trim(self) -> int:
        """Keep the last 200 completed and the last 1000 failed jobs; answer how many were dropped."""
        finished = self._dropped(self._queue.finished_job_registry, KEEP_FINISHED)
        return finished + self._dropped(self._queue.failed_job_registry, KEEP_FAILED)

    def _heartbeats(self) -> list[tuple[str, float]]:
        """Started jobs' entries with their last beat, and taken jobs' ids with none."""
        started = self._redis.zrange(self._queue.started_job_registry.key, 0, -1, withscores=True)
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
        while True:
            args = [Job.key_for(""), Result.get_key(""), "rq:executions:", keep, _PAGE]
            page = int(self._trim(keys=[registry.key], args=args))
            dropped += page
            if page < _PAGE:
                return dropped
