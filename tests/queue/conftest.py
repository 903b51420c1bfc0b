"""A queue in an empty Redis, and tasks to put on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
import redis

from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.queue.inspection import QueueInspection
from proactive.queue.maintenance import QueueMaintenance
from proactive.queue.rq_classes import JsonQueue

MakeTask = Callable[..., Task]


@pytest.fixture
def queue(redis_client: redis.Redis) -> JsonQueue:
    return JsonQueue(connection=redis_client)


@pytest.fixture
def upkeep(queue: JsonQueue) -> QueueMaintenance:
    return QueueMaintenance(queue)


@pytest.fixture
def view(queue: JsonQueue) -> QueueInspection:
    return QueueInspection(queue)


@pytest.fixture
def make_task() -> MakeTask:
    """Makes a task for the given (or a new) owner; `by_hand` where a person asked."""

    def make(owner: UUID | None = None, *, by_hand: bool = False) -> Task:
        return Task(
            type="daily_summary",
            organization_id=UUID(int=7),
            recipient=Recipient.owner(owner or uuid4()),
            key="2026-11-23",
            scheduled_for=dt.datetime(2026, 11, 23, 21, tzinfo=dt.UTC),
            timezone="America/Sao_Paulo",
            by_hand=by_hand,
        )

    return make
