"""Whether an owner's text chooses something about Aurora's own messages, beside what campaigns make of it. Pure.

While a campaign is live its rules and its stems of stopping read first, as if this page were not there.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from proactive.campaigns.clarifications import open_clarification
from proactive.campaigns.conversation_view import AskedView, ConversationView, OrganizationView
from proactive.campaigns.subject import SubjectCandidate, candidates, subject_of
from proactive.campaigns.understanding import InboundMessage
from proactive.replies.choices import Awaited, ChoiceContext, ChoiceKind, ChoiceReading, read_choice
from proactive.replies.normalisation import normalise
from proactive.replies.owner import is_ours, read_reply
from proactive.replies.readings import Kind, Reading, ReadingContext
from proactive.replies.words import STOP_STEM
from proactive.send_times.window import CHOOSABLE

#: What Aurora's questions await, by their names in the product's rules.
_AWAITS: dict[str, Awaited] = {"H4": "stop", "H5": "hour", "H9": "whose"}
#: So long the newest message of ours is what an unquoted text may be about.
_NEAR_FOR = dt.timedelta(hours=24)
_HOUR_WITHIN = _TEXT_WITHIN = dt.timedelta(minutes=15)
_ANSWERS = frozenset({
    ChoiceKind.PICKS, ChoiceKind.EVERYTHING, ChoiceKind.NONE, ChoiceKind.HOUR_ALONE, ChoiceKind.MINE, ChoiceKind.THEIRS,
})  # fmt: skip
_UNREAD = frozenset({Kind.UNCLEAR, Kind.NOT_FOR_US})
#: `desliga` has no stem of stopping: it is how an owner's own messages are switched.
_SWITCHES = re.compile(r"\bdeslig[a-z]+\b")
#: What speaks of ending, or of an hour: more than of sending a campaign.
_ENDS = re.compile(r"\b(?:nao|n|naum|chega|par[ae]\w*|(?:des)?lig\w+|volt\w+|receb\w+)\b|\d")


@dataclass(frozen=True, slots=True)
class UnderstoodChoice:
    """What a text says, and about which organisations' messages. `asked` is the question of ours that it answers, if it
    answers one; `offers` are open offers and previews of the types that it names. `others_hour`: it says an hour of
    one of these, which may be the clients'.
    """

    reading: ChoiceReading
    organizations: tuple[OrganizationView, ...]
    asked: AskedView | None = None
    offers: tuple[SubjectCandidate, ...] = ()

    @property
    def others_hour(self) -> bool:
        """Whether it says an hour of a type of which an offer or a preview is open."""
        return self.reading.kind is ChoiceKind.HOUR and bool(self.offers)


def choice_of(
    inbound: InboundMessage, view: ConversationView, now: dt.datetime, late_after: dt.timedelta
) -> UnderstoodChoice | None:
    """What a text of an owner chooses at `now` (aware); None where it is not for this page."""
    if not inbound.text or inbound.kind == "reaction" or not view.organizations:
        return None
    said = _Said.of(inbound, view, now)
    if said.awaits_text:
        return None
    reading = read_choice(inbound.text, ChoiceContext(said.quoted_type, said.awaits))
    if reading is None or not _is_ours(reading, inbound, view, said, now, late_after):
        return None
    mine = [each for each in view.organizations if said.quoted is None or said.quoted in each.asked]
    offers = [each for each in candidates(mine, now) if not each.live and each.source in reading.types]
    asked = said.about if reading.kind in _ANSWERS else None
    return UnderstoodChoice(reading, tuple(mine), asked, tuple(offers))


def named_to_stop(inbound: InboundMessage, view: ConversationView, now: dt.datetime) -> tuple[str, ...]:
    """The types of which a text says that they shall end, whatever it stopped besides."""
    if not inbound.text:
        return ()
    said = _Said.of(inbound, view, now)
    reading = read_choice(inbound.text, ChoiceContext(said.quoted_type))
    return reading.types if reading is not None and reading.kind is ChoiceKind.OFF else ()


@dataclass(frozen=True, slots=True)
class _Said:
    """What our side said that a text may be about: the message of ours that it quotes, else our newest where nobody
    else of our side wrote since, if it is not too old (`near`). `awaits_text`: the next words are a campaign's text."""

    quoted: AskedView | None
    about: AskedView | None
    near: bool
    awaits: Awaited | None
    awaits_text: bool

    @property
    def quoted_type(self) -> str | None:
        """The type of the quoted message, if it is one that can be chosen."""
        names = {type_.name for type_ in CHOOSABLE}
        return self.quoted.message_type if self.quoted and self.quoted.message_type in names else None

    @staticmethod
    def of(inbound: InboundMessage, view: ConversationView, now: dt.datetime) -> _Said:
        """What may be meant by a message."""
        asked = [each for organization in view.organizations for each in organization.asked]
        quoted = next((each for each in asked if each.gateway_message_id == inbound.quoted), None)
        quoted = quoted if inbound.quoted is not None else None
        about = quoted or (_newest(view.organizations, asked, now) if inbound.quoted is None else None)
        awaits = _AWAITS.get(about.kind or "") if about and (about.data.get("wants") or {}).get("types") else None
        if awaits == "hour" and quoted is None and about and now - about.sent_at > _HOUR_WITHIN:
            awaits = None
        return _Said(quoted, about, about is not None, awaits, _awaits_text(inbound, view, now))


def _newest(
    organizations: Sequence[OrganizationView], asked: Sequence[AskedView], now: dt.datetime
) -> AskedView | None:
    """The newest that our side wrote to this owner, where that was Aurora and at most a day ago."""
    newest = max(asked, key=lambda each: each.sent_at, default=None)
    others = max((each.others_wrote_at for each in organizations if each.others_wrote_at), default=None)
    if newest is None or now - newest.sent_at > _NEAR_FOR or (others is not None and others > newest.sent_at):
        return None
    return newest


def _awaits_text(inbound: InboundMessage, view: ConversationView, now: dt.datetime) -> bool:
    """Whether Aurora waits for a campaign's text, and this does not quote another message."""
    waiting = open_clarification(view.organizations, None)
    if waiting is None or waiting.asks != "text" or now - waiting.asked.sent_at > _TEXT_WITHIN:
        return False
    return inbound.quoted in (None, waiting.asked.gateway_message_id)


def _is_ours(
    reading: ChoiceReading, inbound: InboundMessage, view: ConversationView, said: _Said, now: dt.datetime,
    late_after: dt.timedelta,
) -> bool:  # fmt: skip
    subject = subject_of(view.organizations, inbound.text, inbound.quoted, inbound.at, now, late_after)
    campaigns = read_reply(inbound.text, subject.heard if subject else ReadingContext())
    by_rule = subject is not None and campaigns.kind not in _UNREAD and not campaigns.by_stem
    live = any(campaign.live for organization in view.organizations for campaign in organization.campaigns)
    if live and not (reading.kind is ChoiceKind.HOUR_ALONE and said.about is not None):
        return not _campaigns_first(reading, campaigns, inbound.text, by_rule=by_rule) and (
            reading.chooses or said.near
        )
    if reading.chooses or reading.kind in _ANSWERS:
        return True
    asked = subject is not None and not (subject.quoted and subject.manner.outdated) and not subject.stops_only
    if reading.kind is ChoiceKind.STOP_WHAT:
        return said.near and not asked
    if asked and (by_rule or _may_mean_the_offer(reading, inbound.text, candidates(view.organizations, now))):
        return False
    return said.near


def _campaigns_first(reading: ChoiceReading, campaigns: Reading, written: str, *, by_rule: bool) -> bool:
    """Whether a live campaign takes a text: by its rules, or because it has a stem of stopping."""
    if by_rule or reading.kind is ChoiceKind.STOP_WHAT:
        return True
    words = _SWITCHES.sub("", normalise(written, is_ours).words)
    unclear = reading.kind is ChoiceKind.UNCLEAR and campaigns.kind is not Kind.NOT_FOR_US
    return STOP_STEM.search(words) is not None or unclear


def _may_mean_the_offer(reading: ChoiceReading, written: str, open_ones: Sequence[SubjectCandidate]) -> bool:
    """Whether what no rule reads may ask to send what is offered: it names that type, and speaks of no end."""
    offered = {each.source for each in open_ones if not each.live}
    unclear = reading.kind is ChoiceKind.UNCLEAR and bool(reading.types) and offered.issuperset(reading.types)
    return unclear and not _ENDS.search(normalise(written, is_ours).words)
