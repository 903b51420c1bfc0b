"""What the database knows about somebody who writes: as an owner, and as a client."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from proactive.campaigns.offers import offering_of
from proactive.campaigns.pace import Warmth
from proactive.campaigns.pause_causes import ASKS_OWNER
from proactive.campaigns.states import LIVE, Standing, Status


class _View(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class CampaignView(_View):
    """A campaign as its row has it; `counts` are its recipients by status, `waiting` the pending ones by warmth,
    `began` whether one was written to, `confirmer` the name of who confirmed it. Where a reply took its last step
    before, it found it in `status`, and it `became` the other."""

    id: UUID
    organization_id: UUID
    source: str
    source_key: str
    option: int = 0
    message_id: UUID | None = None
    made_by: dict[str, str] | None = None
    instance_name: str | None = None
    status: Status
    resumes_as: Status | None = None
    pause_cause: str | None = None
    halt: str | None = None
    trips: int = 0
    paused_at: dt.datetime | None = None
    revision: int = 0
    text: str | None = None
    audience: dict[str, Any] = {}
    told: int | None = None
    frozen: int | None = None
    left_out: dict[str, int] = {}
    valid_until: dt.datetime
    previewed_at: dt.datetime | None = None
    starts_at: dt.datetime | None = None
    send_until: dt.datetime | None = None
    confirmed_at: dt.datetime | None = None
    confirmed_by: UUID | None = None
    confirmer: str | None = None
    confirmation: dict[str, Any] | None = None
    ended_at: dt.datetime | None = None
    ended_by: str | None = None
    became: Status | None = None
    counts: dict[str, int] | None = None
    waiting: dict[Warmth, int] = {}
    began: bool = False

    @property
    def live(self) -> bool:
        """Whether it is confirmed and not over."""
        return self.status in LIVE

    @property
    def standing(self) -> Standing:
        """How it stands, for the decision about a reply."""
        offering = offering_of(self.source)
        return Standing(
            status=self.status, asks=offering.asks if offering else "send", by_owner=self.pause_cause == "owner",
            redoable=bool(offering and offering.redoable),
            began=self.began, asks_to_resume=self.pause_cause in ASKS_OWNER,
        )  # fmt: skip

    def count(self, status: str) -> int:
        """How many recipients have a status."""
        return (self.counts or {}).get(status, 0)


OFFER = "offer"  # the kind of a question that is the proactive message itself


class AskedView(_View):
    """A message of ours to an owner: an offer (`kind` is None until it is answered), or an answer about campaigns."""

    id: UUID
    owner_number_id: UUID
    message_type: str
    key: str | None
    data: dict[str, Any] = {}
    facts: dict[str, Any] | None = None
    content: str | None = None
    sent_at: dt.datetime
    asked_at: dt.datetime | None = None
    gateway_message_id: str | None = None
    kind: str | None = None
    campaign_ids: tuple[UUID, ...] | None = None
    revision: int | None = None
    valid_until: dt.datetime | None = None
    answered_at: dt.datetime | None = None

    def showed(self, campaign: CampaignView) -> bool:
        """Whether its receiver saw in it what a previewed campaign would send now: a newer preview went to nobody."""
        # a preview of several has the highest revision of theirs, so the time decides
        spoke = self.kind == "T2" and campaign.id in (self.campaign_ids or ())
        if not spoke or (self.revision or 0) < campaign.revision:
            return False
        return bool(campaign.previewed_at and self.asked_at and campaign.previewed_at <= self.asked_at)

    @property
    def offers(self) -> bool:
        """Whether it is a proactive message, whose campaigns are read from itself."""
        return self.kind in (None, OFFER)


class PersonView(_View):
    """An owner, by the row in `owner_numbers`."""

    id: UUID
    name: str | None = None


class OrganizationView(_View):
    """An organisation of which the sender is an owner. `unsettled`: what may have reached it is in no row."""

    id: UUID
    name: str | None = None
    timezone: str
    owner: PersonView
    settings: dict[str, Any] | None = None
    others_wrote_at: dt.datetime | None = None
    unsettled: bool = False
    asked: tuple[AskedView, ...] = ()
    campaigns: tuple[CampaignView, ...] = ()


class PetView(_View):
    """A pet of a client."""

    id: UUID
    name: str


class ClientView(_View):
    """A client of an organisation of the instance whose number is the sender's."""

    organization_id: UUID
    contact_id: UUID
    name: str | None = None
    pets: tuple[PetView, ...] = ()
    booked: bool = False


class LastCampaignView(_View):
    """The campaign message that the sender was sent last, or that the message quotes."""

    organization_id: UUID
    recipient_id: UUID
    campaign_id: UUID
    sent_at: dt.datetime
    quoted: bool | None = None


class BusinessView(_View):
    """An organisation of the instance, whoever writes; `name` is how clients know it."""

    id: UUID
    name: str | None = None
    timezone: str
    active: bool = True


class WaitingView(_View):
    """A campaign's message to the sender that has not gone out; `pets` are those that it names."""

    id: UUID
    organization_id: UUID
    pets: tuple[UUID, ...] = ()


class HeardView(_View):
    """When the sender wrote last, and when somebody else of our side wrote to it."""

    heard_at: dt.datetime | None = None
    others_wrote_at: dt.datetime | None = None
    others_offered_words: bool = False


class ConversationView(_View):
    """Everything that a message from outside may be about. `sender` is the number's key, None where it is hidden."""

    sender: str | None
    organizations: tuple[OrganizationView, ...] = ()
    clients: tuple[ClientView, ...] = ()
    campaign: LastCampaignView | None = None
    opted_out: tuple[UUID, ...] = ()
    heard: HeardView | None = None
    businesses: tuple[BusinessView, ...] = ()
    waiting: tuple[WaitingView, ...] = ()
