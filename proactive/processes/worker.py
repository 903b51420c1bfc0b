"""The worker: one process, connections kept from job to job, a heartbeat while a job runs.

    rq worker -w proactive.processes.worker.WarmWorker aurora-proactive

RQ's own worker forks for every job, beats only from outside the fork, and ends when Redis goes away for a
moment. This one runs jobs in itself, beats from a thread, does the maintenance where no scheduler does, and starts
itself again when Redis is back.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from functools import cache, partial
from typing import Any

from redis import RedisError
from rq.executions import Execution
from rq.job import Job
from rq.queue import Queue
from rq.suspension import WORKERS_SUSPENDED
from rq.utils import ensure_job_list
from rq.worker import WorkerStatus

from proactive.app import application
from proactive.errors import RateLimiterUnavailable
from proactive.logs import set_up_logs
from proactive.model.durations import WORKER_SILENT
from proactive.pipeline.lanes import Lanes
from proactive.processes.batch_run import BatchRun, is_message
from proactive.processes.batch_size import BatchSize
from proactive.processes.begin_anew import begin_anew
from proactive.processes.in_hand import InHand
from proactive.processes.maintenance import Maintenance
from proactive.processes.rq_command import warn_unless_ours
from proactive.processes.set_aside import SetAside
from proactive.processes.waiting_worker import WaitingWorker
from proactive.queue.batch import JobBatches
from proactive.queue.rq_classes import JsonJob, JsonQueue
from proactive.queue.turn import MaintenanceTurn
from proactive.records.outcomes import OutcomeBatch

logger = logging.getLogger(__name__)

#: Seconds between two looks at what is not a message's, while some are on their way.
_LOOK = 1.0


class WarmWorker(WaitingWorker):
    """RQ's in-process worker with a heartbeat thread, maintenance, and a restart after Redis was away."""

    queue_class: type[Queue] = JsonQueue
    job_class = JsonJob

    def __init__(self, queues: Any, *args: Any, **options: Any) -> None:
        self._app = application()
        self._size, self._aside = BatchSize(), SetAside()
        self._batches: dict[str, JobBatches] = {}
        # whatever classes and serializer RQ's command line chose, this worker's jobs are JSON
        names = [queue.name if isinstance(queue, Queue) else queue for queue in ensure_job_list(queues)]
        ours = {"queue_class": JsonQueue, "job_class": JsonJob, "serializer": "json", "log_job_description": False}
        ours |= {"worker_ttl": WORKER_SILENT}  # how soon a dead one is forgotten
        super().__init__(names, *args, **options | ours)
        self.maintenance = Maintenance(self._app, MaintenanceTurn(self._app.redis, "worker"))
        self.log_result_lifespan = False

    def work(self, *args: Any, **options: Any) -> bool:
        """Work until a signal. Losing Redis is not a reason: the process begins anew when it is back."""
        options["with_scheduler"] = False  # maintenance moves due jobs, without one more process
        self._counted = options.get("max_jobs") is not None  # RQ counts what it takes one by one
        endless = not options.get("burst") and options.get("max_jobs") is options.get("max_idle_time") is None
        began = time.monotonic()
        try:
            worked = super().work(*args, **options)
        except SystemExit:  # told twice: what is on its way is not waited for
            logging.shutdown()
            os._exit(0)
        except RedisError as error:
            self.lost = self.lost or error
            worked = False
        if self.lost is not None:
            logger.warning("Redis went away: %s", type(self.lost).__name__, extra={"action": "redis_lost"})
        if endless and not self._told_to_stop:
            begin_anew(self.connection, self.lost, time.monotonic() - began)
            sys.exit(1)  # there is no use in it
        return worked

    def bootstrap(self, *args: Any, **options: Any) -> None:
        """Register as RQ does, and log as the rest of us does: JSON lines, each job logged once (by its own line)."""
        super().bootstrap(*args, **options)
        set_up_logs(self._app.settings.log_level)
        for name in ("rq.worker", "rq.job"):
            logging.getLogger(name).handlers.clear()
            logging.getLogger(name).setLevel(logging.WARNING)
        warn_unless_ours()
        logger.info("A worker is ready", extra={"action": "worker_ready"})

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Run a job, and those that wait behind it, until nothing is in hand any more.

        Where `rq suspend` came in between, what has not begun is back at the head of the queue.
        """
        with self.ending_on_redis():
            self.set_state(WorkerStatus.BUSY)
            self._suspended = False
            batched = is_message(job.func_name or "") and not self._counted
            first_batch = self._size() if batched else 1
            more = batched and len(self.queues) == 1  # one of several queues looks at all of them between two batches
            lanes, outcomes = self._lanes()
            hand = InHand(self._app.pipeline, self, queue, self._batches_of(queue.name), outcomes)
            try:
                run = BatchRun(
                    hand, lanes, self._size, self._aside, first_batch, more, self._is_stopping, self._meanwhile
                )
                run.run(job.id)
            except RateLimiterUnavailable as error:
                raise error.__cause__ or error from None
            self.set_state(WorkerStatus.IDLE)

    def _is_stopping(self) -> bool:
        return self._stop_requested or self._suspended

    def _meanwhile(self) -> None:
        """Look after the rest while messages are on their way: the maintenance, and whether to stand still."""
        if time.monotonic() - self._looked > _LOOK:
            self._looked = time.monotonic()
            _, (self._suspended,) = self.maintenance.turn.look(WORKERS_SUSPENDED)
            self.maintenance.run_if(self.maintenance.turn.mine)

    @cache  # noqa: B019  a process has one worker
    def _lanes(self) -> tuple[Lanes, OutcomeBatch]:
        """The lanes of this process, and where their outcomes come together; made when the first job comes."""
        outcomes = self._app.records.outcome_batch()
        return Lanes(partial(self._app.pipeline.send, outcomes=outcomes), self._app.settings.sends_in_flight), outcomes

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

    def request_stop(self, signum: int, frame: Any) -> None:
        """Finish the running job, then stop; a second signal stops at once."""
        self._told_to_stop = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]  # RQ's

    _told_to_stop = False
    _counted = False
    _suspended = False
    _looked = 0.0
