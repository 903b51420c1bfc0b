"""What keeps the queue moving: due jobs, jobs of dead workers, and what is kept of finished ones.

Any number of processes may do this at any time; the scheduler does it every second, warm workers whenever
they look for a job.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from pathlib import Path
from typing import cast

from redis import Redis
from rq.job import Job, JobStatus
from rq.queue import Queue
from rq.registry import BaseRegistry, ScheduledJobRegistry
from rq.utils import as_text, utcformat

from proactive.queue.rq_json import JsonJob, JsonQueue

logger = logging.getLogger(__name__)

KEEP_FINISHED = 200
KEEP_FAILED = 1000
_PAGE = 500
#: A worker is between taking a job and starting it for milliseconds; after this it is dead.
_TAKEN_SECONDS = 15
_ENDED = (JobStatus.FINISHED, JobStatus.FAILED, JobStatus.STOPPED, JobStatus.CANCELED)


class Upkeep:
    """The housekeeping of one queue; every method raises redis.RedisError where Redis is away."""

    def __init__(self, queue: JsonQueue) -> None:
        self._queue = queue
        self._redis: Redis = queue.connection
        self._taken: dict[str, float] = {}
        self._move = self._redis.register_script((Path(__file__).parent / "move_due.lua").read_text())

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
        """Give jobs of workers that stopped beating to others, and jobs that a dying worker had just taken."""
        self._queue.started_job_registry.cleanup()
        self._recover_taken()

    def trim(self) -> int:
        """Keep the last 200 completed and the last 1000 failed jobs; answer how many were dropped."""
        finished = self._trim(self._queue.finished_job_registry, KEEP_FINISHED)
        return finished + self._trim(self._queue.failed_job_registry, KEEP_FAILED)

    def _recover_taken(self) -> None:
        """RQ remembers for a day that it saw a job in passing, and takes the next passing for being stuck; this
        asks for one uninterrupted stay."""
        taken = self._queue.intermediate_queue
        now = time.monotonic()
        self._taken = {job_id: self._taken.get(job_id, now) for job_id in taken.get_job_ids()}
        for job_id, seen in self._taken.items():
            if now - seen < _TAKEN_SECONDS:
                continue
            if self._redis.lrem(taken.key, 1, job_id) and self._status(job_id) == JobStatus.QUEUED:
                logger.warning("Job %s was taken by a worker that died, it is back on the queue", job_id)
                self._redis.rpush(self._queue.key, job_id)

    def _status(self, job_id: str) -> str | None:
        status = cast("bytes | None", self._redis.hget(Job.key_for(job_id), "status"))
        return None if status is None else as_text(status)

    def _trim(self, registry: BaseRegistry, keep: int) -> int:
        surplus = int(self._redis.zcard(registry.key)) - keep
        if surplus <= 0:
            return 0
        dropped = [as_text(cast(bytes, entry)) for entry in self._redis.zrange(registry.key, 0, surplus - 1)]
        for job_id in dropped:
            self._redis.zrem(registry.key, job_id)
            if self._status(job_id) in _ENDED:  # it may wait once more under the same id
                JsonJob(job_id, self._redis).delete(remove_from_queue=False)
        return len(dropped)
