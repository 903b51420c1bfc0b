"""How a worker waits for a job: in few commands of Redis, standing still while `rq suspend` holds.

RQ's own asks several times a second, and sees a suspension only when it has run one more job.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from redis import RedisError
from rq.exceptions import DequeueTimeout, StopRequested
from rq.job import Job
from rq.queue import Queue
from rq.suspension import WORKERS_SUSPENDED
from rq.utils import now, utcformat
from rq.worker import SimpleWorker, WorkerStatus

from proactive.model.durations import WORKER_IDLE, WORKER_IDLE_BEAT
from proactive.processes.maintenance import Maintenance

logger = logging.getLogger(__name__)

#: Seconds that a worker waits for a job where it does the maintenance, or is suspended.
_SHORT = 1


class WaitingWorker(SimpleWorker):
    """RQ's in-process worker that waits our way; `lost` is the error of Redis that ended its work."""

    maintenance: Maintenance
    lost: RedisError | None = None

    @property
    def dequeue_timeout(self) -> int:
        """Seconds to block for a job."""
        return WORKER_IDLE

    @property
    def should_run_maintenance_tasks(self) -> bool:
        """False: this worker does its maintenance while it waits for a job."""
        return False

    def check_for_suspension(self, burst: bool) -> None:
        """Do nothing: this worker looks when it waits for a job, and once more when it has one."""

    def dequeue_job_and_maintain_ttl(
        self, timeout: int | None, max_idle_time: int | None = None
    ) -> tuple[Job, Queue] | None:
        """Wait for a job, in few commands: look whether to stand still, do the maintenance if nobody does, beat rarely.

        Answers None where there is none: at once if `timeout` is None (a burst), else after `max_idle_time` seconds.
        """
        began = time.monotonic()
        with self.ending_on_redis():
            while True:
                if self._is_suspended(burst=timeout is None):
                    time.sleep(_SHORT)
                    continue
                wait = self._wait(timeout, max_idle_time, time.monotonic() - began)
                try:
                    found = self.queue_class.dequeue_any(
                        self._ordered_queues, wait, connection=self.connection, job_class=self.job_class,
                        serializer=self.serializer, death_penalty_class=self.death_penalty_class,
                    )  # fmt: skip
                except DequeueTimeout:
                    if max_idle_time is not None and time.monotonic() - began >= max_idle_time:
                        return None
                    continue
                if found is not None:
                    self.reorder_queues(reference_queue=found[1])
                return found

    def _wait(self, timeout: int | None, max_idle_time: int | None, idle: float) -> int | None:
        """How many seconds to block; does what this worker owes meanwhile."""
        if time.monotonic() - self._beaten > WORKER_IDLE_BEAT:
            self._beat()
        mine = self.maintenance.turn.mine
        self.maintenance.run_if(mine)
        if timeout is None:
            return None
        longest = min(timeout, _SHORT) if mine else timeout
        return longest if max_idle_time is None else max(1, min(longest, max_idle_time - int(idle)))

    def _is_suspended(self, *, burst: bool) -> bool:
        """Whether `rq suspend` holds; the worker's state says so. Raises StopRequested in a burst."""
        _, (suspended,) = self.maintenance.turn.look(WORKERS_SUSPENDED)
        if suspended and burst:
            raise StopRequested
        state = (WorkerStatus.SUSPENDED if suspended else WorkerStatus.IDLE).value
        if (was := self.get_state()) != state:
            self.set_state(state)
            if WorkerStatus.SUSPENDED in (was, state):
                logger.info("The worker is %s", state, extra={"action": f"worker_{state}"})
        return suspended

    def _beat(self) -> None:
        """Say that this worker lives, which runs no job: RQ's heartbeat is for those as well."""
        self._beaten = time.monotonic()
        self.last_heartbeat = now()
        with self.connection.pipeline(transaction=False) as pipe:
            pipe.hset(self.key, "last_heartbeat", utcformat(self.last_heartbeat))
            pipe.expire(self.key, self.worker_ttl + 60)
            pipe.execute()

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Say that this worker lives."""
        self._beaten = time.monotonic()
        super().heartbeat(timeout, pipeline)

    @contextmanager
    def ending_on_redis(self) -> Iterator[None]:
        """End the work where Redis fails, and remember why: RQ would log it as a fault of ours."""
        try:
            yield
        except RedisError as error:
            self.lost = error
            raise StopRequested from None

    _beaten = float("-inf")
