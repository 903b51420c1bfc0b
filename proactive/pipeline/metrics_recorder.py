"""The recorder of metrics: it adds the results of a run up and sends them to Redis together."""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable

from redis import Redis, RedisError

from proactive.errors import ProactiveError
from proactive.model import metrics
from proactive.model.ai import AiUse
from proactive.model.metrics import AttemptOutcome
from proactive.model.task import Later, Outcome
from proactive.pipeline.batch import Result

logger = logging.getLogger(__name__)


class MetricsRecorder:
    """Adds the results of attempts to the hash of the metrics, in one round trip a run."""

    def __init__(self, redis: Redis, key: str) -> None:
        """`key` is the hash; `model.metrics` names its fields."""
        self._redis = redis
        self._key = key

    def record(self, results: Iterable[Result]) -> None:
        """Record results that came together.

        Metrics that Redis cannot take are lost: no message depends on them.
        """
        counts, seconds = _sums(results)
        pipe = self._redis.pipeline(transaction=False)
        for name, count in counts.items():
            pipe.hincrby(self._key, name, count)
        for name, total in seconds.items():
            pipe.hincrbyfloat(self._key, name, round(total, 6))
        try:
            pipe.execute()
        except RedisError as error:
            logger.debug("Metrics were lost: %s", type(error).__name__)


def _sums(results: Iterable[Result]) -> tuple[Counter[str], defaultdict[str, float]]:
    counts: Counter[str] = Counter()
    seconds: defaultdict[str, float] = defaultdict(float)
    for result in results:
        type_, of_item = result.item.task.type, result.item.metrics
        stages = dict(of_item.seconds)
        if "send" in stages and of_item.began is not None:
            stages["wait"] = max(0.0, (of_item.began - result.item.task.scheduled_for).total_seconds())
        for stage, took in stages.items():
            counts[metrics.bucket(type_, stage, bisect_left(metrics.BUCKETS, took))] += 1
            seconds[metrics.seconds(type_, stage)] += took
        counts[metrics.attempts(type_, _outcome_name(result.outcome))] += 1
        for fault, times in of_item.faults.items():
            counts[metrics.faults(fault)] += times
        if of_item.ai is not None:
            counts.update(_of_ai(type_, of_item.ai))
    return counts, seconds


def _of_ai(type_: str, use: AiUse) -> dict[str, int]:
    counts = {metrics.ai_requests(type_, use.result): 1}
    counts |= {metrics.fallbacks(type_, slot, refusal): 1 for slot, refusal in use.refused.items()}
    tokens = {metrics.ai_tokens(type_, "in"): use.tokens_in, metrics.ai_tokens(type_, "out"): use.tokens_out}
    return counts | {name: count for name, count in tokens.items() if count}


def _outcome_name(outcome: Outcome | ProactiveError) -> AttemptOutcome:
    if isinstance(outcome, ProactiveError):
        return "error"
    return "waits" if isinstance(outcome, Later) else outcome.action
