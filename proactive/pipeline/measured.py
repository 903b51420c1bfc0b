"""Attempts and their measures: what the stopwatch noted goes to Redis when they have ended."""

from __future__ import annotations

import datetime as dt
import logging
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from redis import Redis, RedisError

from proactive.errors import ProactiveError, RateLimiterUnavailable
from proactive.model import metrics
from proactive.model.metrics import AttemptOutcome, Stage
from proactive.model.task import Attempt, Later, Outcome, Task
from proactive.pipeline.batch import Batch
from proactive.pipeline.stopwatch import Noted, Stopwatch

logger = logging.getLogger(__name__)

#: An attempt and how it ended.
Result = tuple[Attempt, Outcome | ProactiveError]
#: What is done for each message of a batch by itself.
_ONE_BY_ONE: tuple[Stage, ...] = ("text", "send")


class Way(Protocol):
    """The way of an occurrence, or of several (`proactive.pipeline.pipeline.Pipeline`)."""

    def run(self, task: Task, attempt: Attempt) -> Outcome:
        """Bring an occurrence as far as it goes now."""
        ...

    def run_many(self, batch: Batch[Any], tasks: Iterable[tuple[Task, Attempt]]) -> Iterator[Result]:
        """Bring several as far as they go now."""
        ...

    def let_go(self, held: Iterable[Any]) -> None:
        """Give back what was taken for tasks that a batch was relieved of."""
        ...


@dataclass(frozen=True, slots=True)
class MeasuredPipeline:
    """Runs the pipeline whose rooms `watch` times; one more round trip for an attempt or a batch. `clock` is UTC."""

    way: Way
    watch: Stopwatch
    redis: Redis
    clock: Callable[[], dt.datetime]

    def run(self, task: Task, attempt: Attempt) -> Outcome:
        """As `Pipeline.run`. Measures that Redis cannot take are lost: no message depends on them."""
        self.watch.take()
        began = self.clock()
        try:
            outcome = self.way.run(task, attempt)
        except (RedisError, RateLimiterUnavailable):
            raise  # Redis is away, and would keep us waiting once more
        except ProactiveError as error:
            self._keep(_alone(task, error, began, self.watch.take()))
            raise
        self._keep(_alone(task, outcome, began, self.watch.take()))
        return outcome

    def run_many(self, batch: Batch[Any], tasks: Iterable[tuple[Task, Attempt]]) -> Iterator[Result]:
        """As `Pipeline.run_many`, of tasks of one type."""
        self.watch.take()
        began, ended = self.clock(), []
        by_name = {attempt.name: (task, attempt) for task, attempt in tasks}
        for attempt, outcome in self.way.run_many(batch, by_name.values()):
            sends = self.watch.times("send")
            ended.append(_Ended(by_name[attempt.name][0], outcome, sum(sends) if sends else None))
            sends.clear()  # what follows is the next one's
            yield attempt, outcome
        self._keep(_together(ended, began, self.watch.take()))

    def let_go(self, held: Iterable[Any]) -> None:
        """As `Pipeline.let_go`."""
        self.way.let_go(held)

    def _keep(self, sums: _Sums) -> None:
        pipe = self.redis.pipeline(transaction=False)
        for name, count in sums.counts.items():
            pipe.hincrby(metrics.KEY, name, count)
        for name, seconds in sums.seconds.items():
            pipe.hincrbyfloat(metrics.KEY, name, round(seconds, 6))
        try:
            pipe.execute()
        except RedisError as error:
            logger.debug("Measures were lost: %s", type(error).__name__)


@dataclass(frozen=True, slots=True)
class _Ended:
    """How a task of a batch ended, and the seconds that the gateway took for it, None where it was not asked."""

    task: Task
    outcome: Outcome | ProactiveError
    sending: float | None


@dataclass
class _Sums:
    """What is added to the hash: whole numbers, and seconds."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def ended(self, kind: str, outcome: Outcome | ProactiveError) -> None:
        self.counts[metrics.attempts(kind, _named(outcome))] += 1

    def observe(self, kind: str, stage: Stage, seconds: float) -> None:
        self.counts[metrics.bucket(kind, stage, bisect_left(metrics.BUCKETS, seconds))] += 1
        self.seconds[metrics.seconds(kind, stage)] += seconds

    def mishaps(self, kind: str, noted: Noted) -> None:
        for fault, times in noted.faults.items():
            self.counts[metrics.faults(fault)] += times
        if noted.fallbacks:
            self.counts[metrics.fallbacks(kind)] += noted.fallbacks


def _alone(task: Task, outcome: Outcome | ProactiveError, began: dt.datetime, noted: Noted) -> _Sums:
    sums, kind = _Sums(), str(task.type)
    sums.ended(kind, outcome)
    sums.mishaps(kind, noted)
    for stage, times in noted.seconds.items():
        sums.observe(kind, stage, sum(times))
    if "send" in noted.seconds:
        sums.observe(kind, "wait", _waited(task, began))
    return sums


def _together(ended: list[_Ended], began: dt.datetime, noted: Noted) -> _Sums:
    sums = _Sums()
    for each in ended:
        sums.ended(str(each.task.type), each.outcome)
        if each.sending is not None:
            sums.observe(str(each.task.type), "send", each.sending)
            sums.observe(str(each.task.type), "wait", _waited(each.task, began))
    if ended:
        kind = str(ended[0].task.type)
        sums.mishaps(kind, noted)
        for stage, times in noted.seconds.items():
            share = sum(times) / len(ended)  # what is done for all of them at once is shared out evenly
            for seconds in times if stage in _ONE_BY_ONE else [share] * len(ended):
                sums.observe(kind, stage, seconds)
    return sums


def _waited(task: Task, began: dt.datetime) -> float:
    return max(0.0, (began - task.scheduled_for).total_seconds())


def _named(outcome: Outcome | ProactiveError) -> AttemptOutcome:
    if isinstance(outcome, ProactiveError):
        return "error"
    return "waits" if isinstance(outcome, Later) else outcome.action
