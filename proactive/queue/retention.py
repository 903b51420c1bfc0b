"""How long Redis keeps jobs that carry what a person typed: shorter than the others, which carry ids only."""

from __future__ import annotations

import datetime as dt

from rq.job import Job
from rq.registry import BaseRegistry
from rq.results import Result
from rq.utils import utcformat

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.durations import TYPED_FAILED_KEPT, TYPED_FINISHED_KEPT
from proactive.queue.rq_classes import JsonQueue
from proactive.storage.redis import load_script

_PAGE = 200


class JobRetention:
    """Deletes ended jobs of the types that need data. Raises redis.RedisError where Redis is away."""

    def __init__(self, queue: JsonQueue) -> None:
        self._kept: list[tuple[BaseRegistry, float]] = [
            (queue.finished_job_registry, TYPED_FINISHED_KEPT),
            (queue.failed_job_registry, TYPED_FAILED_KEPT),
            (queue.canceled_job_registry, TYPED_FAILED_KEPT),
        ]
        self._forget = load_script(queue.connection, "queue", "forget")

    def forget(self, now: dt.datetime) -> int:
        """Delete those whose time is over at `now` (aware); answer how many."""
        forgotten = 0
        for registry, seconds in self._kept:
            ids = [each for each in registry.get_job_ids(cleanup=False) if _carries_words(each)]
            before = utcformat(now - dt.timedelta(seconds=seconds))
            for start in range(0, len(ids), _PAGE):
                arguments = [Job.key_for(""), Result.get_key(""), "rq:executions:", before, *ids[start : start + _PAGE]]
                forgotten += int(self._forget(keys=[registry.key], args=arguments))
        return forgotten


def _carries_words(job_id: str) -> bool:
    return job_id.startswith(tuple(f"{each.name}-" for each in MESSAGE_TYPES.values() if each.needs_data))
