"""RQ's job and queue with the JSON serializer built in, and the queue's name.

rq-scheduler builds jobs and queues by class and hands no serializer on, so the classes carry it. Redis then
holds nothing that a reader would have to execute (docs/decisions/0002-json-everywhere.md).
"""

from __future__ import annotations

from typing import Any

from redis import Redis
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

QUEUE_NAME = "aurora-proactive"


class JsonJob(Job):
    """A job whose function, arguments, result and meta are JSON, whoever builds it."""

    def __init__(self, id: str | None = None, connection: Redis | None = None, serializer: Any = None) -> None:
        super().__init__(id, connection)  # RQ would look at every job whether it is a serializer: a third of a tick
        self.serializer = JSONSerializer


class JsonQueue(Queue):
    """A queue of `JsonJob`s, whoever builds it."""

    job_class = JsonJob

    def __init__(self, name: str = QUEUE_NAME, connection: Redis | None = None, **options: Any) -> None:
        options["serializer"] = JSONSerializer
        options["job_class"] = JsonJob
        super().__init__(name, connection, **options)
