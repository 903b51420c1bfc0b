"""The worker: one process, connections kept from job to job, a heartbeat while a job runs.

    rq worker -w proactive.processes.worker.WarmWorker aurora-proactive

RQ's own worker forks for every job, beats only from outside the fork, and ends when Redis goes away for a
moment. This one runs jobs in itself, beats from a thread, does maintenance while it waits for a job, and starts
itself again when Redis is back.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import sys
import time
from typing import Any

from redis import RedisError
from rq.executions import Execution
from rq.job import Job
from rq.queue import Queue
from rq.utils import ensure_job_list, now
from rq.worker import SimpleWorker, WorkerStatus
from rq.worker_registration import clean_worker_registry

from proactive.app import application
from proactive.errors import RateLimiterUnavailable
from proactive.logs import set_up_logs
from proactive.model.durations import WORKER_SILENT
from proactive.processes.batch_run import BatchRun, BatchSize, is_message
from proactive.processes.maintenance import Maintenance
from proactive.queue.batch import JobBatches
from proactive.queue.rq_classes import JsonJob, JsonQueue

logger = logging.getLogger(__name__)

#: Seconds that an idle worker waits for a job before it does maintenance again.
_IDLE_SECONDS = 1
_CLEAN_EVERY = dt.timedelta(seconds=60)


class WarmWorker(SimpleWorker):
    """RQ's in-process worker with a heartbeat thread, maintenance, and a restart after Redis was away."""

    queue_class: type[Queue] = JsonQueue
    job_class = JsonJob

    def __init__(self, queues: Any, *args: Any, **options: Any) -> None:
        self._app = application()
        self._maintenance = Maintenance(self._app)
        self._size = BatchSize()
        self._batches: dict[str, JobBatches] = {}
        # whatever classes and serializer RQ's command line chose, this worker's jobs are JSON
        names = [queue.name if isinstance(queue, Queue) else queue for queue in ensure_job_list(queues)]
        ours = {"queue_class": JsonQueue, "job_class": JsonJob, "serializer": "json", "log_job_description": False}
        ours |= {"worker_ttl": WORKER_SILENT}  # how soon a dead one is forgotten
        super().__init__(names, *args, **options | ours)
        self.log_result_lifespan = False

    def work(self, *args: Any, **options: Any) -> bool:
        """Work until a signal. Losing Redis is not a reason: the process begins anew when it is back."""
        options["with_scheduler"] = False  # maintenance moves due jobs, without one more process
        self._counted = options.get("max_jobs") is not None  # RQ counts what it takes one by one
        endless = not options.get("burst") and options.get("max_jobs") is options.get("max_idle_time") is None
        try:
            worked = super().work(*args, **options)
        except RedisError as error:
            logger.warning("Redis went away: %s", type(error).__name__, extra={"action": "redis_lost"})
            worked = False
        if endless and not self._told_to_stop:
            self._begin_anew()
        return worked

    def bootstrap(self, *args: Any, **options: Any) -> None:
        """Register as RQ does, and log as the rest of us does: JSON lines, each job logged once (by its own line)."""
        super().bootstrap(*args, **options)
        set_up_logs(self._app.settings.log_level)
        for name in ("rq.worker", "rq.job"):
            logging.getLogger(name).handlers.clear()
            logging.getLogger(name).setLevel(logging.WARNING)
        logger.info("A worker is ready", extra={"action": "worker_ready"})

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Run a job, and of those that wait behind it as many as this worker gets through in a moment."""
        self.set_state(WorkerStatus.BUSY)
        batches = self._batches_of(queue.name)
        batched = is_message(job.func_name or "") and not self._counted
        taken = batches.take(job.id, self._size() if batched else 1)
        began = time.monotonic()
        try:
            messages = BatchRun(self._app, self, queue, batches, taken).run()
        except RateLimiterUnavailable as error:
            raise error.__cause__ or error from None
        if messages:
            self._size.learn(messages, time.monotonic() - began)
        self.set_state(WorkerStatus.IDLE)

    def _batches_of(self, queue: str) -> JobBatches:
        if queue not in self._batches:
            self._batches[queue] = JobBatches(JsonQueue(queue, self.connection), self, WORKER_SILENT)
        return self._batches[queue]

    def _finalize_failure(self, job: Job, queue: Queue, execution: Execution, exc_info: Any) -> None:
        """Fail a job, but not where Redis went away: it stays begun, and another worker gets it when Redis is back."""
        if isinstance(exc_info[1], RedisError):
            raise exc_info[1]
        super()._finalize_failure(job, queue, execution, exc_info)

    def get_heartbeat_ttl(self, job: Job, working_time: float = 0.0) -> int:
        """Seconds until a running job that does not beat is given to another worker."""
        return WORKER_SILENT

    @property
    def dequeue_timeout(self) -> int:
        """Seconds to block for a job."""
        return _IDLE_SECONDS

    @property
    def should_run_maintenance_tasks(self) -> bool:
        """True: each chore knows itself when it is due."""
        return True

    def run_maintenance_tasks(self) -> None:
        """Do maintenance, and forget workers that died. RQ's other chores are part of our maintenance."""
        self._maintenance.run_due()
        if self._cleaned_at is None or now() - self._cleaned_at > _CLEAN_EVERY:
            self._cleaned_at = now()
            for queue in self.queues:
                clean_worker_registry(queue)

    def request_stop(self, signum: int, frame: Any) -> None:
        """Finish the running job, then stop; a second signal stops at once."""
        self._told_to_stop = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]  # RQ's

    _told_to_stop = False
    _counted = False
    _cleaned_at: dt.datetime | None = None

    def _begin_anew(self) -> None:
        while True:
            try:
                self.connection.ping()
                break
            except RedisError:
                time.sleep(1.0)
        logger.info("Redis is back, the worker begins anew", extra={"action": "redis_back"})
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  ourselves again
