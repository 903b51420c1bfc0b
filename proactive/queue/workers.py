"""The workers as the page of the queue shows them: alive or silent, what each does, since when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from rq.worker import WorkerStatus

from proactive.queue.rq_classes import JsonQueue
from proactive.queue.worker_view import WorkerView

#: A worker's key that lives for less than this many milliseconds was not renewed for half a minute.
_LEAST_LIFE = 45_000


@dataclass(frozen=True, slots=True)
class WorkerState:
    """A worker that Redis knows; moments are aware. `silent`: it has not said for half a minute that it lives.

    `in_hand` is how many jobs it has, `done` and `failed` how many ended well or badly since it was born.
    """

    name: str
    host: str
    state: Literal["idle", "busy", "suspended", "silent"]
    born: dt.datetime | None
    beat: dt.datetime | None
    in_hand: int
    done: int
    failed: int


def worker_states(queue: JsonQueue) -> list[WorkerState]:
    """The workers of a queue, by name. Raises redis.RedisError where Redis is away."""
    workers = [each for each in WorkerView.all(queue=queue) if isinstance(each, WorkerView)]
    with queue.connection.pipeline(transaction=False) as pipe:
        for worker in workers:
            pipe.pttl(worker.key)
            pipe.scard(worker.executions_key)
        answers = pipe.execute()
    lives, jobs = answers[::2], answers[1::2]
    states = [_state(worker, life, count) for worker, life, count in zip(workers, lives, jobs, strict=True)]
    return sorted(states, key=lambda one: one.name)


def _state(worker: WorkerView, life: int, in_hand: int) -> WorkerState:
    known = str(worker.get_state())
    state: Literal["idle", "busy", "suspended", "silent"] = "idle"
    if 0 <= life < _LEAST_LIFE:
        state = "silent"
    elif known == WorkerStatus.BUSY.value:
        state = "busy"
    elif known == WorkerStatus.SUSPENDED.value:
        state = "suspended"
    return WorkerState(
        worker.name, worker.hostname or "", state, _utc(worker.birth_date), _utc(worker.last_heartbeat), in_hand,
        worker.successful_job_count, worker.failed_job_count,
    )  # fmt: skip


def _utc(moment: dt.datetime | None) -> dt.datetime | None:
    return moment.replace(tzinfo=dt.UTC) if moment is not None and moment.tzinfo is None else moment
