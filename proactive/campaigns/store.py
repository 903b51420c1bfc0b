"""The store of campaigns: their database functions, one method each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from proactive.campaigns.conversation_view import OFFER, AskedView, CampaignView, ConversationView
from proactive.campaigns.freezing import AudienceClient
from proactive.campaigns.holdout import Holdout
from proactive.campaigns.pump_view import Figures, figures_of
from proactive.campaigns.refusals import Refusals
from proactive.model.author import Author, signed
from proactive.storage.answers import Row, count, flag, nothing, optional_row, row, rows, texts
from proactive.storage.supabase import Database

StepOutcome = Literal["stepped", "known", "stale", "missing"]


@dataclass(frozen=True, slots=True)
class Step:
    """What became of a step, and the campaign as it stands now."""

    outcome: StepOutcome
    campaign: CampaignView | None


class CampaignStore:
    """Reads and changes campaigns. Every method raises SupabaseError where Supabase is away or not understood."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def conversation(
        self, instance: str, sender: str | None, lid: str | None, quoted: str | None, now: dt.datetime
    ) -> ConversationView:
        """Who wrote to an instance, and what it may be about."""
        arguments = {
            "p_instance": instance, "p_sender_key": sender, "p_lid": lid, "p_quoted": quoted, "p_now": now.isoformat(),
        }  # fmt: skip
        return self._database.call(
            "aurora_proactive_conversation", arguments, lambda answer: ConversationView.model_validate(row(answer))
        )

    def campaign(self, campaign: UUID) -> CampaignView | None:
        """A campaign as it stands; None where there is none."""
        return self._database.call("aurora_proactive_campaign", {"p_campaign": str(campaign)}, _campaign)

    def offer(self, campaign: Mapping[str, Any], author: Author | None = None) -> CampaignView:
        """Keep a campaign as offered (by whom, where a person made it), unless it is there already; as it stands."""
        return self._database.call(
            "aurora_proactive_campaign_offer",
            {"p_campaign": dict(campaign)} | signed(author),
            lambda answer: CampaignView.model_validate(row(answer)),
        )

    def step(
        self,
        campaign: CampaignView,
        cause: str,
        change: Mapping[str, Any],
        recipients: Sequence[Row] | None = None,
        author: Author | None = None,
    ) -> Step:
        """Take a step from the state, the revision and the halt that `campaign` has; once for each cause.

        The `author` of a person's step is written down with it.
        """
        arguments = {
            "p_campaign": str(campaign.id), "p_cause": cause, "p_from": [campaign.status],
            "p_revision": campaign.revision, "p_halt": campaign.halt, "p_change": dict(change),
            "p_recipients": None if recipients is None else list(recipients), **signed(author),
        }  # fmt: skip
        return self._database.call("aurora_proactive_campaign_step", arguments, _step)

    def before(self, cause: str) -> dict[UUID, CampaignView]:
        """The campaigns whose last step this cause took, each as it found them, and what they became by it."""
        return self._database.call(
            "aurora_proactive_campaigns_before",
            {"p_cause": cause},
            lambda answer: {each.id: each for each in map(CampaignView.model_validate, rows(answer))},
        )

    def remove(self, campaign: UUID, contacts: Sequence[UUID], author: Author | None = None) -> int:
        """Take clients out of a campaign that is on its way; how many nobody had begun to write to."""
        arguments = {"p_campaign": str(campaign), "p_contacts": [str(each) for each in contacts]} | signed(author)
        return self._database.call("aurora_proactive_campaign_remove", arguments, count)

    def refusals(self, campaign: UUID) -> Refusals:
        """Which owners were asked about a campaign, and which of them said no."""
        arguments = {"p_campaign": str(campaign)}
        return self._database.call("aurora_proactive_campaign_refusals", arguments, _refusals)

    def audience(
        self, campaign: CampaignView, rule: Mapping[str, Any], now: dt.datetime, limits: Mapping[str, Any]
    ) -> list[AudienceClient]:
        """Each client of the audience in its order, with the reason why it is left out."""
        arguments = {
            "p_campaign": str(campaign.id), "p_organization": str(campaign.organization_id),
            "p_rule": dict(rule), "p_instance": campaign.instance_name, "p_now": now.isoformat(),
            "p_limits": dict(limits),
        }  # fmt: skip
        return self._database.call(
            "aurora_proactive_campaign_everybody",  # one value: lists of rows are cut at a thousand
            arguments,
            lambda answer: [AudienceClient.model_validate(each) for each in rows(answer)],
        )

    def holdout(self, campaign: CampaignView, rule: Mapping[str, Any], now: dt.datetime) -> Holdout | None:
        """By what a campaign leaves clients out to measure its effect; None where nothing is measured."""
        arguments = {
            "p_campaign": str(campaign.id), "p_organization": str(campaign.organization_id),
            "p_source": campaign.source, "p_rule": dict(rule), "p_now": now.isoformat(),
        }  # fmt: skip
        return self._database.call("aurora_proactive_holdout", arguments, _holdout)

    def terms(self, organization: UUID, now: dt.datetime, days: int) -> Row:
        """What an organisation may send by: settings, instance, its health, opening hours of the next days."""
        arguments = {"p_organization": str(organization), "p_now": now.isoformat(), "p_days": days}
        return self._database.call("aurora_proactive_campaign_terms", arguments, row)

    def free_hours(self, organization: UUID, zone: str, day: dt.date, slot_minutes: int) -> list[dt.time]:
        """The free hours of a local day that an offer names, at most three."""
        arguments = {
            "p_organization": str(organization), "p_zone": zone, "p_day": day.isoformat(),
            "p_slot_minutes": slot_minutes,
        }  # fmt: skip
        found = self._database.call("aurora_proactive_free_hours", arguments, texts)
        return [dt.time.fromisoformat(each) for each in found]

    def figures(self, campaign: UUID, now: dt.datetime) -> Figures:
        """What came of a campaign."""
        arguments = {"p_campaign": str(campaign), "p_now": now.isoformat()}
        return self._database.call(
            "aurora_proactive_campaign_figures", arguments, lambda answer: figures_of(row(answer))
        )

    def ask(self, question: Mapping[str, Any]) -> None:
        """Keep what an owner is asked or told."""
        self._database.call("aurora_proactive_ask", {"p_question": dict(question)}, nothing)

    def close(self, asked: AskedView, organization: UUID, answered_by: str, now: dt.datetime) -> None:
        """Close what an owner was asked; an offer is kept as a question then, of this owner only."""
        if asked.kind is None:
            self.ask(
                {
                    "id": str(asked.id), "organization_id": str(organization), "campaign_ids": [], "kind": OFFER,
                    "owner_number_id": str(asked.owner_number_id), "asked_at": asked.sent_at.isoformat(),
                    "valid_until": asked.sent_at.isoformat(),
                }
            )  # fmt: skip
        arguments = {"p_id": str(asked.id), "p_answered_by": answered_by, "p_now": now.isoformat()}
        self._database.call("aurora_proactive_answer_question", arguments, flag)


def _holdout(answer: Any) -> Holdout | None:
    found = optional_row(answer)
    return None if found is None else Holdout.of(found)


def _refusals(answer: Any) -> Refusals:
    return Refusals.model_validate(row(answer))


def _campaign(answer: Any) -> CampaignView | None:
    found = optional_row(answer)
    return None if found is None else CampaignView.model_validate(found)


def _step(answer: Any) -> Step:
    found = row(answer)
    campaign = found.get("campaign")
    return Step(found["outcome"], None if campaign is None else CampaignView.model_validate(campaign))
