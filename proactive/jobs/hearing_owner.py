"""Acting on what an owner wrote: changed and taken back messages, what is void, SAIR, and everything else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from proactive.campaigns.conversation import OwnerConversation
from proactive.campaigns.conversation_view import ConversationView, OrganizationView
from proactive.campaigns.foresight import confirmed_by, still_approves, weakened
from proactive.campaigns.hearing_store import InboxMessage, StopView
from proactive.campaigns.leaving import Leaving
from proactive.campaigns.manner import Manner
from proactive.campaigns.outgoing_answers import answer_for
from proactive.campaigns.subject import SubjectCandidate
from proactive.campaigns.understanding import InboundMessage, Outcome
from proactive.jobs.choice_hearing import ChoiceHearing
from proactive.replies.client import OptOut
from proactive.replies.readings import Kind, Reading


@dataclass(frozen=True, slots=True)
class Said:
    """What came of an owner's message, and a word for it where no answer says it."""

    outcome: Outcome = field(default_factory=Outcome)
    word: str = ""


@dataclass(frozen=True, slots=True)
class OwnerHearing:
    """Acts on one owner's message. `stops` are those of this owner that were acted upon before."""

    conversation: OwnerConversation
    choices: ChoiceHearing
    view: ConversationView
    stops: Sequence[StopView]

    def hear(self, message: InboundMessage, kept: InboxMessage, leaving: Leaving, now: dt.datetime) -> Said:
        """Act on a message at `now` (aware); `kept` is its last part. Raises SupabaseError."""
        if not self.view.organizations:
            return Said()
        if kept.earlier and (confirmed := confirmed_by(self.view, kept.earlier)):
            if still_approves(message.text):
                return Said(word="unchanged")
            outcome = Outcome(reading=Reading(Kind.STOP))
            for organization, campaign in confirmed:
                about = SubjectCandidate(organization, None, campaign, (campaign.id,), campaign.source)
                self.conversation.act(about, Reading(Kind.STOP), Manner(), message, now, outcome, {})
            return Said(outcome, "taken_back")
        if not message.text and message.kind != "audio":
            return Said()
        read = replace(weakened(message), kind="text") if message.kind == "edit" else message
        if (chosen := self.choices.hear(read, self.view, now)) is not None:
            return Said(chosen)
        if leaving.opt_out is OptOut.SURE:
            return Said(self._leaves(message, now))
        if self._void(read, now):
            return Said(Outcome(), "void")
        outcome = self.conversation.hear(read, self.view)
        self.choices.remind(outcome, read, self.view, now)
        return Said(outcome)

    def _void(self, message: InboundMessage, now: dt.datetime) -> bool:
        """Whether an approval is older than a stop that was acted upon; of one second, the stop wins."""
        if message.at is None or not self.stops:
            return False
        by_rule = replace(self.conversation, unread=None)  # an AI is asked once, by the conversation
        understood = by_rule.understand(message, self.view, now)
        if understood is None:
            return False
        if not (understood.reading.approves or understood.reading.kind is Kind.RESUME):
            return False
        return any(
            stop.at >= message.at and (None in (stop.quoted, message.quoted) or stop.quoted == message.quoted)
            for stop in self.stops
        )

    def _leaves(self, message: InboundMessage, now: dt.datetime) -> Outcome:
        """SAIR of an owner: a no to what is open; where the switch of Aurora's own messages is, is answered."""
        outcome = self.conversation.hear(replace(message, text="não"), self.view)
        outcome.handled = True
        organization = self.view.organizations[0]
        about = SubjectCandidate(organization, None, None, (), "")
        name = self._business(organization)
        outcome.replies.append(answer_for(about, message.id, "T16", now, business=name, owner=True))
        return outcome

    def _business(self, organization: OrganizationView) -> str:
        named = (each.name for each in self.view.businesses if each.id == organization.id)
        return next(named, None) or organization.name or "nossa loja"
