"""A turn of a conversation: one reply, and the campaigns that it is about."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from proactive.campaigns.answers import AnswerName
from proactive.campaigns.conversation_view import CampaignView
from proactive.campaigns.offers import campaign_name
from proactive.campaigns.open_offers import offered_campaigns
from proactive.campaigns.options import CampaignOptions
from proactive.campaigns.outgoing_answers import Reply, answer_for
from proactive.campaigns.refusals import Refusals
from proactive.campaigns.store import CampaignStore
from proactive.campaigns.subject import SubjectCandidate
from proactive.campaigns.terms import Terms
from proactive.model.author import Author
from proactive.replies.readings import Kind, Reading

#: How many days ahead opening hours are read.
DAYS_READ = 60


@dataclass(frozen=True, slots=True)
class Turn:
    """A reply (or a request by hand, `cause` names it) about campaigns of one organisation, at `now` (aware).

    `via` is whatsapp, page or api; `by` who asks by hand (a user, or the name of a key), empty of a reply. `kind` and
    `written` are those of the message. `author` is who takes its steps.
    """

    store: CampaignStore
    options: CampaignOptions
    candidate: SubjectCandidate
    campaigns: tuple[CampaignView, ...]
    reading: Reading
    cause: str
    now: dt.datetime
    terms: Terms
    via: str = "whatsapp"
    by: str = ""
    kind: str = "text"
    written: str = ""
    author: Author | None = None

    @property
    def first(self) -> CampaignView:
        """The campaign, or the first of several that are answered together."""
        return self.campaigns[0]

    @property
    def name(self) -> str:
        """What it is called."""
        return name_of(self.first)

    @property
    def owner(self) -> UUID:
        """The owner who says it; of a request by hand, who is told."""
        return self.candidate.organization.owner.id

    def refusals(self, campaign: CampaignView) -> Refusals:
        """Which owners were asked about a campaign, and which of them said no. Raises SupabaseError."""
        return self.store.refusals(campaign.id)

    @property
    def local(self) -> dt.datetime:
        """Now, in the organisation's zone."""
        return self.now.astimezone(self.terms.zone)

    @property
    def ended_by(self) -> str:
        """What a campaign keeps of who ended it."""
        return f"{self.via}:{self.by}" if self.by else "owner"

    def cause_of(self, campaign: CampaignView) -> str:
        """What a step of a campaign is kept under, so that the same reply takes it once."""
        return f"{self.cause}:{campaign.id}" if len(self.campaigns) > 1 else self.cause

    def answer(self, answer: AnswerName, /, **values: Any) -> Reply:
        """The answer of that name, filled with `values`."""
        ids = values.pop("ids", tuple(campaign.id for campaign in self.campaigns))
        return answer_for(self.candidate, self.cause, answer, self.now, ids=ids, **values)


def name_of(campaign: CampaignView) -> str:
    """What a campaign is called: `clientes inativos`."""
    return campaign_name(campaign.source, campaign.option, campaign.audience.get("campaign_type"))


def campaigns_of(
    store: CampaignStore, candidate: SubjectCandidate, terms: Terms, reading: Reading
) -> tuple[CampaignView, ...]:
    """The campaigns that a reply is about, as they stand; those of an offer are kept as offered first."""
    asked = candidate.asked
    if candidate.campaign is not None and (asked is None or not asked.offers or len(candidate.ids) == 1):
        found = (store.campaign(each) for each in candidate.ids)
        return tuple(campaign for campaign in found if campaign is not None)
    if asked is None:
        return ()
    wanted = reading.options if reading.kind is Kind.OPTIONS else ()
    offers = offered_campaigns(asked, candidate.organization.id, terms)
    return tuple(store.offer(offer.row) for offer in offers if not wanted or offer.row["option"] in wanted)
