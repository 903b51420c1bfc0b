"""The run of a batch in a worker: jobs are taken together, gone through one by one, finished together.

Batching saves round trips and delays nobody by more than about a second: a batch is only as large as this worker
has lately got through in less than that, and what it has not begun by then goes back to the queue.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from pydantic import ValidationError
from redis import RedisError
from rq import Retry
from rq.queue import Queue
from rq.worker import BaseWorker

from proactive.app import Application
from proactive.jobs.attempt import RqResult, perform_batch, work_item
from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.durations import BATCH_CHECK, BATCH_LIMIT, BATCH_TARGET, WORKER_BEAT
from proactive.pipeline.batch import Batch, WorkItem
from proactive.queue.batch import JobBatches, TakenJob

logger = logging.getLogger(__name__)

#: Jobs in a batch, at most.
_MOST = 50
_MESSAGES: dict[str, str] = {type_.job: type_.name for type_ in MESSAGE_TYPES.values()}


def is_message(function: str) -> bool:
    """Whether a job's function sends one message: only those go into batches."""
    return function in _MESSAGES


@dataclass
class BatchSize:
    """The size of a batch: as many jobs as lately took less than a second, by the slower of two estimates."""

    each: float = 0.05

    def __call__(self) -> int:
        """The number of jobs to take, at least one."""
        return max(1, min(_MOST, int(BATCH_TARGET / self.each)))

    def learn(self, jobs: int, seconds: float) -> None:
        """Learn how many seconds a number of jobs took."""
        latest = max(seconds, 0.001) / jobs
        self.each = max(latest, (self.each + latest) / 2)


@dataclass
class BatchRun:
    """The run of a worker through the jobs that it has taken from one queue."""

    app: Application
    worker: BaseWorker
    queue: Queue
    batches: JobBatches
    taken: Sequence[TakenJob]
    _open: dict[str, TakenJob] = field(init=False)
    _done: list[tuple[TakenJob, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._open = {each.id: each for each in self.taken}

    def run(self) -> int:
        """Run them: messages together, then the first other job; what is left goes back. How many messages ended.

        Raises:
            RateLimiterUnavailable, redis.RedisError: Redis is away.
        """
        began, ended = time.monotonic(), 0
        items = sorted(self._items(), key=lambda item: item.task.type)
        messages = {item.attempt.name for item in items}
        others = [each for each in self.taken if each.id not in messages]
        batch = Batch(items)
        with self._watched(batch, began):
            for item, result in perform_batch(batch):
                self._ended(self._open[item.attempt.name], result)
                ended += 1
            self._give_back(batch.take_rest(), others[1:])
            self._put_away(time.monotonic() - began)
            for other in others[:1]:
                self.worker.perform_job(other.job, self.queue, other.execution)
                self._open.pop(other.id, None)
        return ended

    def _items(self) -> Iterator[WorkItem]:
        for each in self.taken:
            function, payload = each.call
            if is_message(function):
                try:
                    yield work_item(_MESSAGES[function], payload, each.id, each.retries_left)
                except ValidationError:
                    continue  # RQ runs it, and lets it fail with what is wrong

    def _ended(self, taken: TakenJob, result: RqResult) -> None:
        if isinstance(result, str):
            self._done.append((taken, result))
            return
        del self._open[taken.id]
        if isinstance(result, Retry):
            self.worker._finalize_success(taken.job, self.queue, taken.execution, result)
        else:
            self.worker._finalize_failure(
                taken.job, self.queue, taken.execution, (type(result), result, result.__traceback__)
            )

    def _put_away(self, seconds: float) -> None:
        if self._done:
            self.batches.finish(self._done, seconds)
        for taken, _ in self._done:
            del self._open[taken.id]
        self._done.clear()

    def _give_back(self, items: Sequence[WorkItem], others: Sequence[TakenJob] = ()) -> None:
        names = [*(item.attempt.name for item in items), *(each.id for each in others)]
        back = [self._open.pop(name) for name in names]
        if back:
            self.app.pipeline.give_back(items)
            self.batches.give_back(back)

    @contextmanager
    def _watched(self, batch: Batch, began: float) -> Iterator[None]:
        over = threading.Event()
        watch = threading.Thread(target=self._watch, args=(batch, began, over), name="watch", daemon=True)
        watch.start()
        try:
            yield
        finally:
            over.set()
            watch.join()

    def _watch(self, batch: Batch, began: float, over: threading.Event) -> None:
        """Write heartbeats, and give back in time what the worker has not begun."""
        beaten = began
        while not over.wait(BATCH_CHECK):
            try:
                if time.monotonic() - began > BATCH_LIMIT:
                    self._give_back(batch.take_away())
                if time.monotonic() - beaten > WORKER_BEAT:
                    beaten = time.monotonic()
                    self.batches.beat(list(self._open.values()))
            except RedisError as error:
                logger.warning("A beat was lost: %s", type(error).__name__, extra={"action": "beat_lost"})
