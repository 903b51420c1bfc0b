"""Batches of jobs: one worker takes, beats for and finishes several together, each still a job of RQ's.

RQ takes, begins and finishes one job in some 57 commands and 18 round trips. What a worker does here for many leaves
the same in Redis: the same keys, registries, executions and results.
"""

from __future__ import annotations

import datetime as dt
import json
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import uuid4

from redis import Redis
from rq.executions import Execution
from rq.job import Job
from rq.registry import ScheduledJobRegistry
from rq.results import Result
from rq.suspension import WORKERS_SUSPENDED
from rq.utils import now, utcformat
from rq.worker import BaseWorker
from rq.worker_registration import WORKERS_BY_QUEUE_KEY

from proactive.model.durations import JOB_RESULT_KEPT
from proactive.queue.rq_classes import JsonJob, JsonQueue
from proactive.storage.redis import load_script

#: What a job may have that a batch cannot do for it; RQ runs those one by one.
_EXTRAS = (
    b"success_callback_name", b"failure_callback_name", b"stopped_callback_name", b"webhooks", b"repeats_left",
    b"rate_limit_key", b"group_id", b"dependency_ids",
)  # fmt: skip
_PREFIXES = (Job.key_for(""), "rq:execution:", "rq:executions:")
_RESULTS = Result.get_key("")


@dataclass(frozen=True)
class TakenJob:
    """A job that this worker has begun; `fields` is its hash as it was, `began` when."""

    id: str
    execution_id: str
    fields: dict[bytes, bytes]
    redis: Redis
    worker: str
    began: dt.datetime

    @cached_property
    def call(self) -> tuple[str, dict[str, Any]]:
        """The function's dotted name and its keyword arguments; empty where the job is not one of ours."""
        try:
            function, _, arguments, named = json.loads(zlib.decompress(self.fields[b"data"]))
        except (KeyError, ValueError, zlib.error):
            return "", {}
        return ("", {}) if arguments or any(self.fields.get(extra) for extra in _EXTRAS) else (function, named)

    @property
    def retries_left(self) -> int:
        """The number of attempts that may still follow."""
        return int(self.fields.get(b"retries_left") or 0)

    @cached_property
    def job(self) -> Job:
        """The job as RQ has it."""
        job = JsonJob(self.id, self.redis)
        job.restore(self.fields)
        job.worker_name, job.started_at, job.last_heartbeat = self.worker, self.began, self.began
        return job

    @cached_property
    def execution(self) -> Execution:
        """The job's execution as RQ has it."""
        execution = Execution(self.execution_id, self.id, self.redis, self.worker)
        execution.created_at = execution.last_heartbeat = self.began
        return execution


class JobBatches:
    """The batches of one queue for one worker; every method raises redis.RedisError where Redis is away."""

    def __init__(self, queue: JsonQueue, worker: BaseWorker, silent: int) -> None:
        """`silent` is after how many seconds without a beat a job counts as its worker's no more."""
        self._redis, self._worker, self._silent = queue.connection, worker, silent
        self._queue, self._taken_from = queue.key, queue.intermediate_queue_key
        self._started, self._finished = queue.started_job_registry.key, queue.finished_job_registry.key
        self._workers = WORKERS_BY_QUEUE_KEY % queue.name
        self._scheduled = ScheduledJobRegistry(queue=queue).key
        self._take, self._beat, self._finish, self._give_back, self._set_aside = (
            load_script(self._redis, "queue", name) for name in ("take", "beat", "finish", "give_back", "set_aside")
        )

    def take(self, first: str | None, at_most: int) -> list[TakenJob]:
        """Begin the job `first`, where one was just taken, and those that wait: this worker's share of them.

        None at all while the workers are suspended.
        """
        began, worker = now(), self._worker
        args: list[Any] = [*_PREFIXES, first or "", at_most, worker.name, utcformat(began), began.timestamp()]
        args += [self._silent, uuid4().hex[:28]]
        keys = [self._queue, self._taken_from, self._started, self._workers, worker.executions_key, WORKERS_SUSPENDED]
        answer = self._take(keys=keys, args=args)
        return [
            TakenJob(job_id.decode(), execution.decode(), _hash(flat), self._redis, worker.name, began)
            for job_id, execution, flat in answer
        ]

    def beat(self, taken: Iterable[TakenJob]) -> None:
        """Write the heartbeat of the worker and of each job that has not ended."""
        self._worker.heartbeat()
        moment = now()
        args: list[Any] = [*_PREFIXES, utcformat(moment), moment.timestamp(), self._silent, *_names(taken)]
        self._beat(keys=[self._started], args=args)

    def finish(self, ended: Sequence[tuple[TakenJob, str]], seconds: float) -> None:
        """Finish those that ended well, with their results; together they took so many seconds."""
        moment, worker = now(), self._worker
        args: list[Any] = [*_PREFIXES, _RESULTS, worker.name, utcformat(moment), moment.timestamp(), JOB_RESULT_KEPT]
        args.append(seconds)
        for taken, result in ended:
            args += [taken.id, taken.execution_id, b64encode(json.dumps(result).encode()).decode()]
        self._finish(keys=[self._started, self._finished, worker.key, worker.executions_key], args=args)

    def give_back(self, taken: Sequence[TakenJob]) -> None:
        """Put jobs that were not begun back at the head of the queue, in their order."""
        args = [*_PREFIXES, *_names(reversed(taken))]
        self._give_back(keys=[self._queue, self._started, self._worker.executions_key], args=args)

    def set_aside(self, taken: Sequence[tuple[TakenJob, float]]) -> None:
        """Let jobs that were not begun come back to the queue's end, each in so many seconds and in their order."""
        args: list[Any] = [*_PREFIXES]
        for each, seconds in taken:
            args += [each.id, each.execution_id, seconds]
        self._set_aside(keys=[self._scheduled, self._started, self._worker.executions_key], args=args)


def _names(taken: Iterable[TakenJob]) -> Iterator[str]:
    for each in taken:
        yield each.id
        yield each.execution_id


def _hash(flat: list[bytes]) -> dict[bytes, bytes]:
    return dict(zip(flat[::2], flat[1::2], strict=True))
