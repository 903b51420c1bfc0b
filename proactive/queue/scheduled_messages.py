"""The messages that people asked for and that wait for their time, of some organisations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from rq.registry import ScheduledJobRegistry
from rq.utils import as_text

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.task import Task
from proactive.queue.rq_classes import JsonJob, JsonQueue
from proactive.queue.task_of_job import task_of_job
from proactive.queue.waiting import message_of_job

#: So many of those whose message no day names (campaigns) are looked at, the next ones.
_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class ScheduledMessage:
    """A message that a person asked for and that waits for its time, by its job."""

    job_id: str
    task: Task
    due: dt.datetime


def scheduled_messages(
    queue: JsonQueue, messages: Collection[UUID], organizations: Collection[UUID], until: dt.datetime
) -> list[ScheduledMessage]:
    """What waits for its time up to `until` (aware): these messages, and campaigns of these organisations.

    Reads the ids of all that wait, and the data of few. Raises redis.RedisError.
    """
    redis = queue.connection
    scored = cast(
        "list[tuple[bytes, float]]",
        redis.zrangebyscore(ScheduledJobRegistry(queue=queue).key, 0, until.timestamp(), withscores=True),
    )
    named, others, wanted = dict[str, float](), dict[str, float](), set(messages)
    for raw, score in scored:
        found = message_of_job(as_text(raw))
        if found is None:
            continue
        if found[1] in wanted:
            named[as_text(raw)] = score
        elif not MESSAGE_TYPES[found[0]].once_a_day and MESSAGE_TYPES[found[0]].asked_for_by_hand:
            others[as_text(raw)] = score
    due = named | dict(list(others.items())[:_LOOKED_AT])
    if not due:
        return []
    jobs = JsonJob.fetch_many(list(due), connection=redis)
    tasks = ((job.id, task_of_job(job)) for job in jobs if job is not None)
    return [
        ScheduledMessage(id_, task, dt.datetime.fromtimestamp(due[id_], dt.UTC))
        for id_, task in tasks
        if task is not None and task.by_hand and task.organization_id in organizations
        and task.recipient.kind == "owner"
    ]  # fmt: skip
