"""The API's answers about campaigns. Numbers of clients are never whole: area and last four digits."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from proactive.campaigns.reading import RecipientStatus
from proactive.campaigns.states import Status
from proactive.web.api.schemas import ResponseModel


class CampaignExample(ResponseModel):
    """A client's first name and the whole message that the client gets."""

    name: str | None
    text: str


class CampaignSketch(ResponseModel):
    """What a preview would say now; nothing was frozen. `leftOut` counts by reason. `startsAt`, `lastDay` and `aDay`
    are null where nobody would receive it. `hindrance` says in Portuguese why nothing may be sent yet."""

    number: int
    left_out: dict[str, int]
    examples: list[CampaignExample]
    starts_at: dt.datetime | None
    last_day: dt.date | None
    a_day: int | None
    has_link: bool
    hindrance: str | None


class Campaign(ResponseModel):
    """A campaign in a list. `counts` are the recipients of this revision by status, `frozen` how many they are,
    `told` how many the owner was told of; `source` the message that offered it, or `custom_campaign`."""

    id: UUID
    organization_id: UUID
    name: str
    source: str
    option: int
    message_id: UUID | None
    instance_name: str | None
    status: Status
    pause_cause: str | None
    revision: int
    text: str | None
    told: int | None
    frozen: int | None
    left_out: dict[str, int]
    counts: dict[str, int]
    valid_until: dt.datetime
    previewed_at: dt.datetime | None
    starts_at: dt.datetime | None
    send_until: dt.datetime | None
    confirmed_at: dt.datetime | None
    via: str | None
    paused_at: dt.datetime | None
    ended_at: dt.datetime | None
    ended_by: str | None
    created_at: dt.datetime


class CampaignPage(ResponseModel):
    """Campaigns, newest first; `nextCursor` is null on the last page."""

    campaigns: list[Campaign]
    next_cursor: str | None


class CampaignFigures(ResponseModel):
    """What came of a campaign, in recipients. `booked` within seven days after, not because; `value` in reais.
    `unknown`: nobody can tell whether they got it, and it is not sent again. `reasons`: why others did not get it."""

    number: int
    sent: int
    pending: int
    unknown: int
    reasons: dict[str, int]
    answered: int
    booked: int
    value: str
    opted_out: int


class CampaignStep(ResponseModel):
    """A step that was taken; `byItself` where nobody asked for it."""

    at: dt.datetime
    was: str | None
    became: str
    revision: int
    by_itself: bool


class WholeCampaign(Campaign):
    """A campaign with what came of it, real messages, who said yes and how it was read."""

    legal_basis: str | None
    basis_reference: str | None
    confirmed_by_name: str | None
    heard: str | None
    reported_at: dt.datetime | None
    followed_up_at: dt.datetime | None
    warmth: dict[str, int]
    deliveries: dict[str, int]
    figures: CampaignFigures
    examples: list[CampaignExample]
    steps: list[CampaignStep]


class CampaignRecipient(ResponseModel):
    """Who receives a campaign, and what became of it; `failure` is a code, `receipts` are instants."""

    id: UUID
    position: int
    contact_id: UUID | None
    name: str | None
    pets: list[str | None]
    phone: str | None
    warmth: str
    status: RecipientStatus
    reason: str | None
    delivery: str | None
    sent_at: dt.datetime | None
    receipts: dict[str, Any]
    answered_at: dt.datetime | None
    booked_at: dt.datetime | None
    opted_out_at: dt.datetime | None
    text: str | None


class CampaignRecipientPage(ResponseModel):
    """Recipients of the present revision, in its order; `nextCursor` is null on the last page."""

    recipients: list[CampaignRecipient]
    next_cursor: str | None
