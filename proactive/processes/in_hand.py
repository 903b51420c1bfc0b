"""What a worker has in hand: the jobs that it took and that have not ended, and how each of them leaves its hand."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from rq import Retry
from rq.queue import Queue
from rq.worker import BaseWorker

from proactive.jobs.attempt import note_of, rq_result
from proactive.pipeline.batch import Result, WorkItem
from proactive.pipeline.pipeline import Pipeline
from proactive.queue.batch import JobBatches, TakenJob
from proactive.queue.wait_notes import keep_note
from proactive.records.outcomes import OutcomeBatch


@dataclass
class InHand:
    """The jobs in a worker's hand; every method raises redis.RedisError where Redis is away.

    The worker and its watch, another thread, both use it: a job leaves it once, by whoever has its item.
    """

    pipeline: Pipeline
    worker: BaseWorker
    queue: Queue
    batches: JobBatches
    outcomes: OutcomeBatch
    _messages: dict[WorkItem, TakenJob] = field(default_factory=dict)
    _others: dict[str, TakenJob] = field(default_factory=dict)
    _results: list[Result] = field(default_factory=list)
    _finished: list[tuple[TakenJob, str]] = field(default_factory=list)
    _since: float = field(default_factory=time.monotonic)

    def __bool__(self) -> bool:
        return bool(self._messages or self._others)

    def messages_of(self) -> Counter[UUID]:
        """How many messages of each organisation are in hand."""
        return Counter(item.task.organization_id for item in list(self._messages))

    def add(self, item: WorkItem, taken: TakenJob) -> None:
        """Take the job of a message in hand."""
        self._messages[item] = taken

    def ended(self, result: Result) -> None:
        """Note how an item ended. Its job is put away later, with others, unless it comes back or failed."""
        self._results.append(result)
        said = rq_result(result.item, result.outcome)
        taken = self._messages[result.item]
        if isinstance(said, str):
            self._finished.append((taken, said))
            return
        keep_note(taken.job, note_of(said))
        if isinstance(said, Retry):
            self.worker._finalize_success(taken.job, self.queue, taken.execution, said)
        else:
            error = (type(said), said, said.__traceback__)
            self.worker._finalize_failure(taken.job, self.queue, taken.execution, error)
        del self._messages[result.item]

    @property
    def waits_since(self) -> float | None:
        """Since when results wait to be put away (monotonic seconds); None where none do."""
        return self._since if self._results or self._finished else None

    @property
    def results(self) -> int:
        """How many results wait to be put away."""
        return len(self._results)

    def put_away(self) -> None:
        """Write what came of those that ended, together, and finish their jobs."""
        results, self._results = self._results, []
        finished, self._finished = self._finished, []
        if results:
            self.pipeline.put_away(results, self.outcomes)
        if finished:
            self.batches.finish(finished, time.monotonic() - self._since)
        for result in results:
            self._messages.pop(result.item, None)
        self._since = time.monotonic()

    def give_back(self, items: Sequence[WorkItem], others: Sequence[TakenJob] = ()) -> None:
        """Give items back that were not begun, with what was taken for them: they are the queue's next again."""
        if items or others:
            back = [*(self._messages.pop(item) for item in items), *others]
            self.pipeline.give_back(items)
            self.batches.give_back(back)

    def set_aside(self, waits: Sequence[tuple[TakenJob, float]]) -> None:
        """Let jobs that were just taken come back later, each in so many seconds."""
        if waits:
            self.batches.set_aside(waits)

    def perform(self, other: TakenJob) -> None:
        """Run a job that is no message, as RQ does."""
        self._others[other.id] = other
        try:
            self.worker.perform_job(other.job, self.queue, other.execution)
        finally:
            self._others.clear()

    def beat(self) -> None:
        """Write the heartbeat of the worker and of every job in hand."""
        self.batches.beat([*list(self._messages.values()), *list(self._others.values())])
