"""The conversation with an owner: a reply becomes a step of a campaign, and an answer.

Every step is taken by the database under a lock, once for each reply. Where somebody else was faster, it is decided
anew from how the campaign stands then.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from proactive.campaigns.acting import act
from proactive.campaigns.clarifications import clarified
from proactive.campaigns.conversation_view import CampaignView, ConversationView
from proactive.campaigns.manner import Manner
from proactive.campaigns.offers import campaign_name
from proactive.campaigns.options import CampaignOptions
from proactive.campaigns.outgoing_answers import Reply, answer_for
from proactive.campaigns.repeats import told_again
from proactive.campaigns.states import Status
from proactive.campaigns.store import CampaignStore
from proactive.campaigns.subject import Subject, SubjectCandidate, subject_of
from proactive.campaigns.turn import name_of
from proactive.campaigns.understanding import InboundMessage, Outcome, Understood
from proactive.campaigns.unread import UnreadReader, suggested
from proactive.replies.owner import read_reply
from proactive.replies.readings import Kind, Reading

#: The word that an unquoted approval needs where others wrote in between.
_OURS = re.compile(r"campanha|^\W*(?:enviar|continuar)\W*$", re.IGNORECASE)
#: The word by which a preview is confirmed.
_CONFIRMING = re.compile(r"\W*enviar\W*", re.IGNORECASE)
_HALTS = frozenset({Kind.STOP, Kind.PAUSE, Kind.LATER, Kind.NO, Kind.CANCEL})


@dataclass(frozen=True, slots=True)
class OwnerConversation:
    """Reads owners' replies and takes the steps that follow. `clock` answers now (UTC), `unread` asks an AI."""

    store: CampaignStore
    options: CampaignOptions
    clock: Callable[[], dt.datetime]
    unread: UnreadReader | None = None

    def hear(self, inbound: InboundMessage, view: ConversationView) -> Outcome:
        """Act on a message of somebody who is an owner. The same message again changes nothing and answers the same.

        Raises:
            SupabaseError: Supabase is away; the message has to be heard again.
        """
        now, before = self.clock(), self.store.before(inbound.id)
        outcome = Outcome()
        understood = self.understand(inbound, view, now)
        if understood is not None:
            outcome = Outcome(bool(understood.replies), list(understood.replies), understood.reading)
            for candidate in understood.targets:
                self.act(candidate, understood.reading, understood.subject.manner, inbound, now, outcome, before)
        if before:  # what its own step closed is no subject any more
            again = told_again(self.store, self.options, view, before.values(), inbound.id, now)
            outcome.replies += again
            outcome.handled = outcome.handled or bool(again)
        return outcome

    def understand(self, inbound: InboundMessage, view: ConversationView, now: dt.datetime) -> Understood | None:
        """What a message says, and what it acts on, at `now` (aware); None where it is about nothing of ours.

        It changes nothing; the AI may be asked about what no rule reads.
        """
        subject = subject_of(view.organizations, inbound.text, inbound.quoted, inbound.at, now, self.options.late_after)
        if subject is None:
            return None
        if inbound.kind == "audio" and not inbound.text:
            return Understood(subject, Reading(Kind.NOTHING), replies=self._cannot_hear(inbound, subject, now))
        reading = self._read(inbound, subject)
        if not self._for_us(inbound, subject, reading):
            return Understood(subject, reading)
        reading = suggested(self.unread, reading, inbound.text, subject)
        if _chooses(reading, subject):  # which of several: a preview of that one
            chosen = subject.candidates[reading.options[0] - 1]
            subject, reading = replace(subject, candidates=(chosen,)), Reading(Kind.WEAK_YES, binds=False)
        asks: list[Reply] = []
        targets = tuple(self._targets(subject, reading, asks, inbound, now))
        return Understood(subject, reading, targets, tuple(asks))

    def _read(self, inbound: InboundMessage, subject: Subject) -> Reading:
        reading = clarified(read_reply(inbound.text, subject.heard), inbound.text, subject.answers, self.clock())
        if inbound.kind == "reaction" and reading.kind is Kind.YES:
            reading = replace(reading, kind=Kind.WEAK_YES)
        if inbound.weakened and reading.kind is Kind.YES:
            reading = replace(reading, kind=Kind.WEAK_YES, binds=False)
        return reading

    def _for_us(self, inbound: InboundMessage, subject: Subject, reading: Reading) -> bool:
        """Whether an unquoted word may be meant for us although others wrote to this owner in between."""
        if reading.kind is Kind.NOT_FOR_US or (subject.stops_only and reading.kind not in _HALTS):
            return False
        if subject.quoted or not subject.others_between:
            return True
        if reading.kind in _HALTS:
            return reading.kind is not Kind.NO or any(candidate.live for candidate in subject.candidates)
        may_be_for_others = reading.approves or reading.kind is Kind.RESUME
        return not may_be_for_others or _OURS.search(inbound.text) is not None

    def _targets(
        self, subject: Subject, reading: Reading, asks: list[Reply], inbound: InboundMessage, now: dt.datetime
    ) -> Sequence[SubjectCandidate]:
        """The candidates that a reading acts on; where it would send and may mean several, none: it is asked which."""
        if subject.quoted or len(subject.candidates) == 1:
            return subject.candidates[:1]
        live = [candidate for candidate in subject.candidates if candidate.live]
        if reading.kind in _HALTS:
            everything = reading.kind is Kind.CANCEL and reading.everything
            return subject.candidates if everything else (live or subject.candidates[:1])
        sends = reading.approves or reading.kind is Kind.RESUME
        open_ones = [candidate for candidate in subject.candidates if not candidate.live]
        paused = [each for each in live if each.campaign and each.campaign.status is Status.PAUSED]
        mean = paused if reading.kind is Kind.RESUME else open_ones
        if _confirms(inbound, reading, subject, open_ones):
            return open_ones[:1]
        if sends and len(mean) > 1:
            names = [_name(candidate) for candidate in mean]
            asks.append(answer_for(mean[0], inbound.id, "T7", now, asks="which", choices=names, live=""))
            return ()
        return (mean[0],) if sends and mean else subject.candidates[:1]

    def act(
        self, candidate: SubjectCandidate, reading: Reading, manner: Manner, inbound: InboundMessage,
        now: dt.datetime, outcome: Outcome, before: dict[UUID, CampaignView],
    ) -> None:  # fmt: skip
        """Take the steps that a reading asks for of one candidate, and add what is answered.

        `before` are the campaigns as they were when this very message took a step of theirs; what is used leaves it.

        Raises:
            SupabaseError: Supabase is away; the message has to be heard again.
        """
        handled, replies = act(self.store, self.options, candidate, reading, manner, inbound, now, before)
        outcome.handled = outcome.handled or handled
        outcome.replies += replies

    def _cannot_hear(self, inbound: InboundMessage, subject: Subject, now: dt.datetime) -> tuple[Reply, ...]:
        first = subject.candidates[0]
        if not subject.quoted and now - first.spoken_at > dt.timedelta(minutes=15):
            return ()
        live = "x" if any(candidate.live for candidate in subject.candidates) else ""
        return (answer_for(first, inbound.id, "T7", now, asks="audio", live=live),)


def _confirms(
    inbound: InboundMessage, reading: Reading, subject: Subject, open_ones: Sequence[SubjectCandidate]
) -> bool:
    """Whether it is the word that a preview asks for, and no offer does, said of the only preview, our last word."""
    previewed = [each for each in open_ones if each.campaign and each.campaign.status is Status.PREVIEWED]
    asked_for = reading.kind is Kind.YES and _CONFIRMING.fullmatch(inbound.text) is not None
    return asked_for and subject.manner.bound and previewed == open_ones[:1]


def _chooses(reading: Reading, subject: Subject) -> bool:
    """Whether a number chooses one of several campaigns that wait for an answer."""
    several = len(subject.candidates) > 1 and not subject.quoted
    return several and reading.kind is Kind.OPTIONS and len(reading.options) == 1


def _name(candidate: SubjectCandidate) -> str:
    if candidate.campaign is not None:
        return name_of(candidate.campaign)
    return campaign_name(candidate.source, 0, candidate.asked.data.get("campaign_type") if candidate.asked else None)
