"""What an owner is told of a campaign unasked: T11, T13, T14, and T5 where nobody ever said that it goes on."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from proactive.campaigns.answers import AnswerName, answer_text
from proactive.campaigns.conversation_view import CampaignView
from proactive.campaigns.outgoing_answers import Reply
from proactive.campaigns.pump_view import Figures, PumpedCampaign
from proactive.campaigns.standings import goes_on_in_words
from proactive.campaigns.states import Status
from proactive.campaigns.turn import name_of
from proactive.campaigns.wording import cause_in_words, reasons_of_ended


def paused(campaign: PumpedCampaign, cause: str, resumes_at: dt.datetime | None, now: dt.datetime, key: str) -> Reply:
    """T11. `resumes_at` is when it goes on by itself, None where nobody knows; both instants in the business' zone."""
    text = answer_text(
        "T11", name=name_of(campaign), sent=campaign.count("sent"), number=campaign.frozen or 0,
        cause=cause_in_words(cause), next=goes_on_in_words(cause, resumes_at, now),
    )  # fmt: skip
    return _reply(campaign, "T11", text, now, key)


def ended(campaign: PumpedCampaign, status: str, figures: Figures, now: dt.datetime) -> Reply:
    """T13: what came of it until now."""
    text = answer_text("T13", **report_values(campaign, status, figures))
    return _reply(campaign, "T13", text, now, f"{campaign.id}:report")


def report_values(campaign: CampaignView, status: str, figures: Figures) -> dict[str, object]:
    """What T13 says; who is in a worker's hand at this moment is not known of yet."""
    return {
        "complete": status == Status.DONE, "name": name_of(campaign), "sent": figures.sent, "number": figures.number,
        "not_sent": figures.not_sent, "reasons": reasons_of_ended(figures.reasons),
        "unknown": figures.unknown + figures.pending, "answered": figures.answered,
    }  # fmt: skip


def week_later(campaign: PumpedCampaign, figures: Figures, now: dt.datetime) -> Reply:
    """T14: what came of it in a week."""
    text = answer_text(
        "T14", name=name_of(campaign), sent=figures.sent, answered=figures.answered, booked=figures.booked,
        value=Decimal(figures.value), opted_out=figures.opted_out,
    )  # fmt: skip
    return _reply(campaign, "T14", text, now, f"{campaign.id}:week")


def cancelled(campaign: PumpedCampaign, now: dt.datetime) -> Reply:
    """T5: it was paused before it began, and nobody said anything for two days."""
    return _reply(campaign, "T5", answer_text("T5", name=name_of(campaign)), now, f"{campaign.id}:cancelled")


def _reply(campaign: PumpedCampaign, name: AnswerName, text: str, now: dt.datetime, key: str) -> Reply:
    owner: UUID = campaign.owners[0]
    return Reply(
        organization_id=campaign.organization_id, owner_id=owner, timezone=campaign.timezone, key=f"{key}:{name}",
        name=name, text=text, campaign_ids=(campaign.id,), revision=campaign.revision, at=now,
        valid_until=now + dt.timedelta(hours=24),
    )  # fmt: skip
