"""An attempt and its measures: what the stopwatch noted goes to Redis when the attempt has ended."""

from __future__ import annotations

import datetime as dt
import logging
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from redis import Redis, RedisError
from redis.client import Pipeline

from proactive.errors import PaceUnavailable, ProactiveError
from proactive.measures import fields
from proactive.measures.fields import AttemptOutcome, Stage
from proactive.measures.stopwatch import Stopwatch
from proactive.messages import Attempt, Later, Outcome, Task

logger = logging.getLogger(__name__)


class Way(Protocol):
    """The way of one occurrence (`proactive.pipeline.Pipeline`)."""

    def run(self, task: Task, attempt: Attempt) -> Outcome:
        """Bring an occurrence as far as it goes now."""
        ...


@dataclass(frozen=True, slots=True)
class MeasuredPipeline:
    """Runs the pipeline whose rooms `watch` times; one more round trip an attempt. `clock` is UTC."""

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
        except (RedisError, PaceUnavailable):
            raise  # Redis is away, and would keep us waiting once more
        except ProactiveError:
            self._keep(task, "error", began)
            raise
        self._keep(task, "waits" if isinstance(outcome, Later) else outcome.action, began)
        return outcome

    def _keep(self, task: Task, outcome: AttemptOutcome, began: dt.datetime) -> None:
        noted, kind = self.watch.take(), str(task.type)
        if "send" in noted.seconds:
            noted.seconds["wait"] = max(0.0, (began - task.scheduled_for).total_seconds())
        pipe = self.redis.pipeline(transaction=False)
        pipe.hincrby(fields.KEY, fields.attempts(kind, outcome), 1)
        if noted.fallbacks:
            pipe.hincrby(fields.KEY, fields.fallbacks(kind), noted.fallbacks)
        for fault, times in noted.faults.items():
            pipe.hincrby(fields.KEY, fields.faults(fault), times)
        for stage, seconds in noted.seconds.items():
            _observe(pipe, kind, stage, seconds)
        try:
            pipe.execute()
        except RedisError as error:
            logger.debug("Measures were lost: %s", type(error).__name__)


def _observe(pipe: Pipeline, kind: str, stage: Stage, seconds: float) -> None:
    pipe.hincrby(fields.KEY, fields.bucket(kind, stage, bisect_left(fields.BUCKETS, seconds)), 1)
    pipe.hincrbyfloat(fields.KEY, fields.seconds(kind, stage), round(seconds, 6))
