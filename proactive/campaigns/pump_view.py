"""What the pump of an instance knows: the number, what it sent lately, and its campaigns."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from proactive.campaigns.conversation_view import CampaignView


class _View(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class NumberView(_View):
    """An instance as the product has it (`status`), and as the gateway told (`told`, `since` when)."""

    status: str
    told: str | None = None
    since: dt.datetime | None = None
    created_at: dt.datetime | None = None


class HealthView(_View):
    """How much an instance may send. `day` is the local one that `sent` and `sent_cool` count; `judged_from` is since
    when what was sent is judged, `probing` that one client alone is written to first.
    """

    level: int
    day: dt.date | None = None
    sent: int = 0
    sent_cool: int = 0
    paused_until: dt.datetime | None = None
    pause_cause: str | None = None
    trouble: bool = False
    probing: bool = False
    judged_from: dt.datetime | None = None
    handed: UUID | None = None
    handed_at: dt.datetime | None = None
    in_a_row: int = 0
    used_since: dt.datetime | None = None


class StoppedView(_View):
    """What stops the instance as a whole, owners' messages too: its own breaker, since and until when."""

    cause: str
    since: dt.datetime
    until: dt.datetime


class SentView(_View):
    """A message that the gateway accepted, and what was heard of it."""

    sent_at: dt.datetime
    error: bool | None = None
    acknowledged: bool | None = None
    delivered: bool | None = None

    @property
    def silent(self) -> bool:
        """Whether nothing was heard of it, good or bad."""
        return not (self.error or self.acknowledged)


class EventView(_View):
    """What befell the number, and when."""

    kind: str
    at: dt.datetime


class HandedView(_View):
    """The recipient that was handed over last; `open` says that it is claimed, or in doubt."""

    id: UUID
    campaign_id: UUID
    organization_id: UUID
    status: str
    revision: int
    sent_at: dt.datetime | None = None
    open: bool = False
    timezone: str


class PumpedCampaign(CampaignView):
    """A campaign as its pump has to know it.

    `since` is when it came into its state, `told_at` when the gateway accepted T1, `owners` who can be told, the one
    who confirmed it first. `open` are its pending recipients in a worker's hand or in doubt. `causes` are the steps
    that the pump took before, `told_of_pause` is whether an owner was told of its pause.
    """

    timezone: str
    since: dt.datetime | None = None
    causes: tuple[str, ...] = ()
    told_at: dt.datetime | None = None
    active: bool
    owner_enabled: bool
    owners: tuple[UUID, ...] = ()
    stopped_by_hand: bool
    hours_left: bool = True
    open: int = 0
    told_of_pause: bool = False
    absent: int = 0
    opted_out: int = 0
    reported_at: dt.datetime | None = None
    followed_up_at: dt.datetime | None = None


class PumpView(_View):
    """Everything that a pump decides by; campaigns in the order of their turns, messages and events newest first."""

    instance: NumberView | None
    heard_at: dt.datetime | None = None
    health: HealthView | None = None
    stopped: StoppedView | None = None
    cold_today: int | None = None
    sent: tuple[SentView, ...] = ()
    events: tuple[EventView, ...] = ()
    handed: HandedView | None = None
    campaigns: tuple[PumpedCampaign, ...] = ()


class Figures(_View):
    """What came of a campaign, in recipients; `value` in reais."""

    number: int
    sent: int
    pending: int
    unknown: int
    reasons: dict[str, int] = Field(default_factory=dict)
    answered: int
    booked: int
    value: str
    opted_out: int

    @property
    def not_sent(self) -> int:
        """How many were surely not sent to."""
        return sum(self.reasons.values())


def figures_of(row: dict[str, Any]) -> Figures:
    """The figures as the database has them."""
    return Figures.model_validate(row)
