"""Acting on what people wrote: as clients (opt-outs), and as owners (campaigns), in order and once.

Whatever is interrupted is done again from the start: every step knows the message that caused it.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from redis.exceptions import LockError

from proactive.app import Application
from proactive.campaigns.conversation import OwnerConversation
from proactive.campaigns.conversation_view import ConversationView
from proactive.campaigns.hearing_store import HearingStore, InboxMessage, InboxView
from proactive.campaigns.joining import WITH_WORDS, joined, waits
from proactive.campaigns.leaving import Leaving, leaving_of
from proactive.campaigns.understanding import InboundMessage, Outcome
from proactive.jobs.choice_hearing import ChoiceHearing
from proactive.jobs.client_answers import enqueue_client_answers
from proactive.jobs.hearing_owner import OwnerHearing
from proactive.jobs.settling import settled
from proactive.jobs.telling import tell
from proactive.replies.client import OptOut
from proactive.replies.readings import Kind
from proactive.storage.redis import hearing_key

logger = logging.getLogger(__name__)

#: A job that acts and says nothing for so many seconds is dead.
_ACTS_FOR = 60.0
_BUSY = 1.0
#: Somebody who goes on writing is waited for so many times as long as for one message.
_MOST_WAITS = 3
#: A message to this owner whose outcome is not known yet is waited for: seconds between two looks, and how long.
_LOOKS_AGAIN = 5.0
_UNSETTLED_FOR = dt.timedelta(minutes=3)
#: Answers that change nothing: an owner gets so many of them in an hour.
_CHANGING_NOTHING = frozenset({"T4", "T6", "T7", "T8", "T9", "T12", "T15", "H4", "H5", "H6", "H7", "H8", "H9"})
_MOST_TOLD = 6


@dataclass(frozen=True, slots=True)
class ConversationHearing:
    """Acts on messages. `clock` answers now (UTC)."""

    app: Application
    store: HearingStore
    clock: Callable[[], dt.datetime]

    @classmethod
    def of(cls, app: Application) -> ConversationHearing:
        """The hearing of a process."""
        return cls(app, HearingStore(app.database), lambda: dt.datetime.now(dt.UTC))

    def hear(self, instance: str, message: str) -> float | None:
        """Act on a message and on what its sender wrote before; seconds until the job comes back, None: never.

        Raises:
            SupabaseError, redis.RedisError: one of them is away; the same has to be done again.
        """
        inbox = self.store.inbox_of(instance, message)
        if not inbox.messages:
            return None
        first = inbox.messages[0]
        key = hearing_key(instance, first.sender or f"lid:{first.lid}")
        lock = self.app.redis.lock(key, timeout=_ACTS_FOR)
        if not lock.acquire(blocking=False):
            return _BUSY
        try:
            inbox = self.store.inbox_of(instance, message)
            return self._act(instance, inbox) if inbox.messages else None
        finally:
            with suppress(LockError):  # it was held for too long: somebody else has it by now
                lock.release()

    def _act(self, instance: str, inbox: InboxView) -> float | None:
        sender, now = inbox.messages[0], self.clock()
        view = self.app.campaigns.conversation(instance, sender.sender, sender.lid, sender.quoted, now)
        live = any(campaign.live for organization in view.organizations for campaign in organization.campaigns)
        if _may_answer_what_is_on_its_way(view, inbox.messages, live, now):
            return _LOOKS_AGAIN
        changed = {each.original for each in inbox.messages if each.original is not None}
        gone = [each for each in inbox.messages if each.id in changed]
        if gone:  # edited or deleted before anybody acted on it
            self.store.settle(instance, [settled(each, Outcome(), Leaving(), each.id, "changed") for each in gone])
        left = [each for each in inbox.messages if each.id not in changed]
        words = [each for each in left if each.kind in WITH_WORDS and each.text] if view.organizations else []
        for each in left:
            if each not in words:
                self._hear(each.inbound, [each], inbox)
        ready, seconds = self._ready(words, live, now)
        parts = {each.id: each for each in ready}
        for group in joined([each.inbound for each in ready], self._within, live=live):
            self._hear(group.read, [parts[each] for each in group.ids], inbox)
        if sender.sender is not None:
            due = self.store.answers_due(instance, sender.sender, 0.0)
            enqueue_client_answers(self.app, due, now)
        return seconds

    def _ready(
        self, words: Sequence[InboxMessage], live: bool, now: dt.datetime
    ) -> tuple[Sequence[InboxMessage], float | None]:
        """What is read now, and in how many seconds the rest is: a stop does not wait, nor what came before it."""
        waiting = [each for each in words if waits(each.inbound, live=live)]
        if not waiting:
            return words, None
        newest = max(each.received_at for each in waiting) + self._within
        patience = min(each.received_at for each in waiting) + _MOST_WAITS * self._within
        seconds = (min(newest, patience) - now).total_seconds()
        if seconds <= 0:
            return words, None
        stops = [each.at for each in words if each not in waiting]
        ready = [each for each in words if stops and each.at <= max(stops)]
        return ready, seconds if len(ready) < len(words) else None

    @property
    def _within(self) -> dt.timedelta:
        return self.app.campaign_options.joined_within

    def _hear(self, message: InboundMessage, parts: Sequence[InboxMessage], inbox: InboxView) -> None:
        """Act on a message that is made of these parts, and settle them."""
        now, store = self.clock(), self.app.campaigns
        view = store.conversation(message.instance, message.sender, message.lid, message.quoted, now)
        left = [self._leave(part, view, now) for part in parts]
        conversation = OwnerConversation(store, self.app.campaign_options, self.clock, self.app.unread)
        choices = ChoiceHearing(self.app, conversation)
        said = OwnerHearing(conversation, choices, view, inbox.stops).hear(message, parts[-1], left[-1], now)
        if not _said_enough(view, said.outcome, now):
            tell(self.app.queue, store, said.outcome.replies)
        _tell_operators(said.outcome)
        self.store.settle(
            message.instance,
            [
                settled(part, said.outcome, leaving, message.id, said.word)
                for part, leaving in zip(parts, left, strict=True)
            ],
        )

    def _leave(self, part: InboxMessage, view: ConversationView, now: dt.datetime) -> Leaving:
        """What a message says about receiving campaigns takes effect: nobody begins to write, then it is written."""
        leaving = leaving_of(part.inbound, view, now)
        if leaving.opt_out is OptOut.RETURN:
            self.app.campaigns.halts.release(each.id for each in view.waiting)
        elif leaving.halted:
            self.app.campaigns.halts.recipients(leaving.halted)
        self.store.hear_opt_outs(leaving.changes)
        if leaving.level is None and view.sender is not None and part.kind in ("text", "audio", "caption"):
            self.store.answered([each.id for each in view.businesses], view.sender, part.at)
        return leaving


def _may_answer_what_is_on_its_way(
    view: ConversationView, messages: Sequence[InboxMessage], live: bool, now: dt.datetime
) -> bool:
    """Whether these may answer a message that the gateway may have accepted and whose row does not say so yet, as
    where its worker died: a yes to it would be nobody's, or another question's. A stop waits for nothing."""
    if not any(each.unsettled for each in view.organizations):
        return False
    if any(each.original is not None or not waits(each.inbound, live=live) for each in messages):
        return False
    return now - min(each.received_at for each in messages) < _UNSETTLED_FOR


def _tell_operators(outcome: Outcome) -> None:
    """An owner said yes, and something that operators may mend keeps it from going out."""
    for reply in outcome.replies:
        if reply.hindrance is not None:
            about = {"organizationId": str(reply.organization_id), "reason": reply.hindrance}
            extra = about | {"action": "campaign_hindered"}
            logger.warning("An owner's yes to a campaign could not be taken", extra=extra)


def _said_enough(view: ConversationView, outcome: Outcome, now: dt.datetime) -> bool:
    """Whether answers that change nothing are left out: this owner had enough of them within the hour."""
    since = now - dt.timedelta(hours=1)
    asked = [each for organization in view.organizations for each in organization.asked]
    told = [each for each in asked if each.kind in _CHANGING_NOTHING and each.sent_at > since]
    removes = outcome.reading is not None and outcome.reading.kind is Kind.EXCEPT
    return len(told) >= _MOST_TOLD and not removes and {each.name for each in outcome.replies} <= _CHANGING_NOTHING
