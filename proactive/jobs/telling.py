"""Tells owners about campaigns: each answer and report becomes an occurrence of its own, on the way of all messages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import get_args
from uuid import UUID

from proactive.app import Application
from proactive.campaigns.answers import ChoiceAnswerName
from proactive.campaigns.by_hand import ByHand
from proactive.campaigns.outgoing_answers import Reply, told_apart
from proactive.campaigns.store import CampaignStore
from proactive.jobs.waking import wake_pump
from proactive.message_types.campaign_answer import TYPE as ANSWER
from proactive.message_types.campaign_report import TYPE as REPORT
from proactive.message_types.choice_answer import TYPE as CHOICE_ANSWER
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonQueue

#: What waits for the end of quiet hours.
_REPORTS = frozenset({"T11", "T13", "T14"})
#: What is answered about Aurora's own messages.
_OF_CHOICES = frozenset(get_args(ChoiceAnswerName))
#: What says that a campaign begins or goes on.
_BEGINS = "T1"


def tell(queue: JsonQueue, store: CampaignStore, replies: Iterable[Reply]) -> list[UUID]:
    """Put answers on the queue, and keep what each asks as a question; the ids of their records.

    The same answer to the same reply is one occurrence, however often it is told. Where it says that a campaign begins
    or goes on, the pump looks at once.

    Raises:
        SupabaseError, redis.RedisError: something of it was not kept; tell all of it again.
    """
    told = []
    for reply in told_apart(replies):
        task = task_of_reply(reply)
        enqueue(queue, task)  # first: what is kept as told is on its way
        store.ask(_question(reply, task.occurrence.id))
        told.append(task.occurrence.id)
        if reply.name == _BEGINS:
            _wake(queue, store, reply)
    return told


def _wake(queue: JsonQueue, store: CampaignStore, reply: Reply) -> None:
    campaigns = (store.campaign(each) for each in reply.campaign_ids)
    for instance in {each.instance_name for each in campaigns if each is not None and each.instance_name}:
        wake_pump(queue, instance)


def by_hand_of(app: Application) -> ByHand:
    """What people do with campaigns by hand, with the real objects."""

    def told(replies: Sequence[Reply]) -> None:
        tell(app.queue, app.campaigns, replies)

    return ByHand(app.campaigns, app.campaign_options, told, lambda: dt.datetime.now(dt.UTC))


def task_of_reply(reply: Reply) -> Task:
    """The task that sends an answer."""
    type_ = REPORT if reply.name in _REPORTS else CHOICE_ANSWER if reply.name in _OF_CHOICES else ANSWER
    return Task(
        type=type_.name, organization_id=reply.organization_id, recipient=Recipient.owner(reply.owner_id),
        key=reply.key, scheduled_for=reply.at, timezone=reply.timezone, data=reply.data,
    )  # fmt: skip


def _question(reply: Reply, id_: UUID) -> dict[str, object]:
    return {
        "id": str(id_), "organization_id": str(reply.organization_id), "owner_number_id": str(reply.owner_id),
        "campaign_ids": [str(each) for each in reply.campaign_ids], "kind": reply.name, "revision": reply.revision,
        "asked_at": reply.at.isoformat(), "valid_until": reply.valid_until.isoformat(),
    }  # fmt: skip
