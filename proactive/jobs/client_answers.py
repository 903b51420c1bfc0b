"""The answers to clients about an opt-out, as tasks: they go the way of all messages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from proactive.app import Application
from proactive.campaigns.hearing_store import ClientAnswer
from proactive.message_types.client_answer import TYPE
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.queue.enqueue import enqueue, job_id


def enqueue_client_answers(app: Application, answers: Sequence[ClientAnswer], now: dt.datetime) -> int:
    """Put answers on the queue that are not on it; how many. `now` is aware. Raises redis.RedisError."""
    tasks = {job_id(task): task for task in map(task_of_answer, answers)}
    lost = app.queue_maintenance.lost(list(tasks))
    for id_ in sorted(lost):
        enqueue(app.queue, tasks[id_])
    return len(lost)


def task_of_answer(answer: ClientAnswer) -> Task:
    """The task that sends an answer."""
    return Task(
        type=TYPE.name, organization_id=answer.organization_id, recipient=Recipient.client(answer.id),
        key=answer.kind, scheduled_for=answer.created_at, timezone=answer.timezone,
    )  # fmt: skip
