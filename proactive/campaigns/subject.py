"""The subject of a reply: which question or campaign it is about. Pure; the product's rules 1 to 8."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from proactive.campaigns.answered import is_answered
from proactive.campaigns.clarifications import Clarification, open_clarification
from proactive.campaigns.conversation_view import AskedView, CampaignView, OrganizationView
from proactive.campaigns.manner import Manner
from proactive.campaigns.offers import campaign_id, offering_of
from proactive.campaigns.redoing import asks_to_redo
from proactive.campaigns.states import FINAL, Status
from proactive.replies.normalisation import normalise
from proactive.replies.readings import ReadingContext

#: An unquoted reply is about questions at most this old.
_OPEN_FOR = dt.timedelta(hours=24)
#: `campanha` names a campaign of that name, but whoever stops one calls any of them so.
_SOME = re.compile(r"campanha", re.IGNORECASE)
_BOUND_FOR = dt.timedelta(minutes=30)
#: Answers of ours that ask something of their own. Others only speak of a campaign, which may be live.
_ASKING = frozenset({"T2", "T8"})
#: Answers that say nothing of their own: what is open stays what it was.
_CLARIFICATIONS = frozenset({"T4", "T6", "T7", "T15"})


@dataclass(frozen=True, slots=True)
class SubjectCandidate:
    """A campaign (or an offer that is none yet) that a reply may be about, with the question that spoke of it last."""

    organization: OrganizationView
    asked: AskedView | None
    campaign: CampaignView | None
    ids: tuple[UUID, ...]
    source: str

    @property
    def live(self) -> bool:
        """Whether it is confirmed and not over."""
        return self.campaign is not None and self.campaign.live

    @property
    def spoken_at(self) -> dt.datetime:
        """When we spoke of it last."""
        if self.asked is not None:
            return self.asked.sent_at
        return (self.campaign and self.campaign.confirmed_at) or dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a reply is about: the candidates (several: it has to be asked which), how it came, and whether it quotes.

    `stops_only`: it quotes what is not about campaigns, so only a stop of what is live is for us. `answers` is the
    clarification that it may answer.
    """

    candidates: tuple[SubjectCandidate, ...]
    manner: Manner
    quoted: bool
    others_between: bool
    stops_only: bool = False
    answers: Clarification | None = None

    @property
    def heard(self) -> ReadingContext:
        """What the reply may be about, for its reading."""
        first = self.candidates[0] if self.candidates else None
        asks: Literal["send", "create", "preview"] | None = None
        if first is not None and not first.live:
            previewed = first.campaign is not None and first.campaign.status is Status.PREVIEWED
            offering = offering_of(first.source)
            asks = "preview" if previewed else (offering.asks if offering else "send")
        listed = len(first.ids) if first is not None and len(first.ids) > 1 else 0
        listed = len(self.candidates) if len(self.candidates) > 1 else listed
        return ReadingContext(
            asks=asks,
            live=any(each.live for each in self.candidates),
            options=len(self.answers.choices) if self.answers and self.answers.choices else listed,
            quoted=self.quoted,
            asked=self.answers.asks if self.answers else None,
        )


def candidates(organizations: Sequence[OrganizationView], now: dt.datetime) -> list[SubjectCandidate]:
    """Everything that an unquoted reply may be about, what we spoke of last first: open questions, live campaigns."""
    found = []
    for organization in organizations:
        campaigns = {campaign.id: campaign for campaign in organization.campaigns}
        spoken: set[UUID] = set()
        for asked in sorted(organization.asked, key=lambda each: each.sent_at, reverse=True):
            ids = tuple(each for each in _ids(organization, asked) if each not in spoken)
            mine = [campaigns[each] for each in ids if each in campaigns]
            live = [campaign for campaign in mine if campaign.live]
            again = asks_to_redo(asked)
            asks = asked.offers or asked.kind == "T2" or again
            opened = asks and now - asked.sent_at <= _OPEN_FOR and not is_answered(asked, mine, organization.asked)
            over = bool(mine) and not again and all(campaign.status in FINAL for campaign in mine)
            if not ids or over or asked.kind in _CLARIFICATIONS or not (opened or live):
                continue
            spoken |= set(ids)
            about = next(iter(live or mine), None)
            found.append(SubjectCandidate(organization, asked, about, ids, _source(asked, mine)))
        found += [
            SubjectCandidate(organization, None, campaign, (campaign.id,), campaign.source)
            for campaign in organization.campaigns
            if campaign.live and campaign.id not in spoken
        ]
    return sorted(found, key=lambda each: each.spoken_at, reverse=True)


def subject_of(
    organizations: Sequence[OrganizationView],
    written: str,
    quoted: str | None,
    at: dt.datetime | None,
    now: dt.datetime,
    late_after: dt.timedelta,
) -> Subject | None:
    """What a reply is about; None where it is not for us.

    `quoted` is the gateway's id of the message that it quotes or reacts to, `at` when it was written (aware; None where
    that is not known), `now` when it arrived; after `late_after` it is late.
    """
    late = at is None or now - at > late_after
    answers = open_clarification(organizations, quoted)
    if quoted is not None:
        if found := _quoted_subject(organizations, quoted, late, now):
            return replace(found, answers=answers)
        live = tuple(each for each in candidates(organizations, now) if each.live)
        return Subject(live, Manner(late=late), quoted=False, others_between=False, stops_only=True) if live else None
    open_ones = candidates(organizations, now)
    if not open_ones:
        return None
    if answers is not None:  # what was asked about comes first
        open_ones.sort(key=lambda each: not set(each.ids) & set(answers.asked.campaign_ids or ()))
    named = [each for each in open_ones if _is_named(each, written)]
    if any(each.live for each in open_ones) and not any(each.live for each in named) and _SOME.search(written):
        named = []  # `para a campanha` means the one that is on its way, not the one that may be called so
    chosen = tuple(named or open_ones)
    first = chosen[0]
    previewed = first.campaign is not None and first.campaign.status is Status.PREVIEWED
    bound = previewed and first.asked is not None and now - first.asked.sent_at <= _BOUND_FOR
    said = max((each.sent_at for each in first.organization.asked), default=None)
    bound = bound and first.asked is not None and first.asked.sent_at == said  # a question after it was answered first
    others = first.organization.others_wrote_at
    between = others is not None and others > first.spoken_at
    manner = Manner(late=late, bound=bound and not between, redo=asks_to_redo(first.asked))
    return Subject(chosen, manner, quoted=False, others_between=between, answers=None if between else answers)


def _quoted_subject(
    organizations: Sequence[OrganizationView], quoted: str, late: bool, now: dt.datetime
) -> Subject | None:
    for organization in organizations:
        campaigns = {campaign.id: campaign for campaign in organization.campaigns}
        for asked in organization.asked:
            ids = _ids(organization, asked)
            if asked.gateway_message_id != quoted or not ids:
                continue
            mine = [campaigns[each] for each in ids if each in campaigns]
            campaign = mine[0] if mine else None
            until = None if asked.offers else asked.valid_until  # an offer is valid as long as its campaign
            asks = asked.offers or asked.kind in _ASKING
            expired = asks and now > (until or asked.sent_at + dt.timedelta(hours=72))
            replaced = asked.kind == "T2" and campaign is not None and campaign.revision != asked.revision
            outdated = expired or replaced or (bool(mine) and is_answered(asked, mine, organization.asked))
            current = asked.kind == "T2" and not outdated
            candidate = SubjectCandidate(organization, asked, campaign, ids, _source(asked, mine))
            redo = asks_to_redo(asked) and not outdated
            manner = Manner(late=late, bound=current, outdated=outdated, expired=expired, redo=redo)
            return Subject((candidate,), manner, quoted=True, others_between=False)
    return None


def _ids(organization: OrganizationView, asked: AskedView) -> tuple[UUID, ...]:
    """The campaigns that a message of ours speaks of; of an offer those that a yes would make."""
    if not asked.offers:
        return asked.campaign_ids or ()
    if asked.key is None:
        return ()
    offering = offering_of(asked.message_type)
    offered = offering.offers(asked.facts or {}, asked.data, asked.content or "") if offering else ()
    return tuple(campaign_id(organization.id, asked.message_type, asked.key, offer.option) for offer in offered)


def _source(asked: AskedView, campaigns: Sequence[CampaignView]) -> str:
    return campaigns[0].source if campaigns else asked.message_type


def _is_named(candidate: SubjectCandidate, written: str) -> bool:
    words = normalise(written, lambda word: False).whole
    offering = offering_of(candidate.source)
    return re.search(rf"\b(?:{offering.words if offering else 'campanha'})\b", words) is not None
