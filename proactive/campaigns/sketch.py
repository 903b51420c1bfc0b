"""The sketch of a campaign: what its preview would say now. Nothing is frozen, nothing is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from proactive.campaigns.by_hand_turns import audience_of, drafted, turn_by_hand
from proactive.campaigns.conversation_view import CampaignView
from proactive.campaigns.drafts import (
    CampaignDraft,
    DraftChange,
    changed_rule,
    changed_start,
    usable_start,
    usable_text,
)
from proactive.campaigns.freezing import AudienceClient, Frozen
from proactive.campaigns.options import CampaignOptions
from proactive.campaigns.previews import freeze_anew, has_link
from proactive.campaigns.store import CampaignStore
from proactive.campaigns.turn import Turn
from proactive.campaigns.wording import pace_in_words, reasons_in_words, start_in_words
from proactive.text.names import Names

#: How many clients' real messages are shown.
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Example:
    """A client (first name) and the whole message that the client would receive."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a campaign would be if it were previewed now.

    `number` clients receive it, `left_out` are not by reason (`left_out_in_words` in Portuguese). `starts_at` (aware,
    the business' zone), `last_day` (local) and `a_day` say how long it takes, `start` and `pace` the same in
    Portuguese; None where nobody receives it. `hindrance` is why nothing may be sent now, in Portuguese. `has_link`
    warns of links, which make clients and WhatsApp suspicious.
    """

    number: int
    left_out: dict[str, int]
    left_out_in_words: str
    examples: tuple[Example, ...]
    starts_at: dt.datetime | None
    last_day: dt.date | None
    a_day: int | None
    start: str | None
    pace: str | None
    hindrance: str | None
    has_link: bool


@dataclass(frozen=True, slots=True)
class Sketches:
    """Makes sketches. `clock` answers now (UTC). Every method raises SupabaseError where Supabase is away."""

    store: CampaignStore
    options: CampaignOptions
    clock: Callable[[], dt.datetime]

    def of_draft(self, organization: UUID, draft: CampaignDraft) -> Sketch:
        """What a draft would be now. Raises UnusableDraft."""
        turn = turn_by_hand(self.store, self.options, self.clock(), organization)
        text, wanted = usable_text(draft.text), usable_start(draft.starts_at, turn.now)
        campaign = drafted(organization, draft, turn.terms, text, turn.now)
        rule, audience = audience_of(turn, campaign, campaign.audience, draft.first)
        return _sketched(turn, campaign, text, rule, wanted, audience)

    def of_change(self, organization: UUID, campaign_id: UUID, change: DraftChange) -> Sketch | None:
        """What a campaign would be after a change; None where there is none of that organisation.

        Raises UnusableDraft.
        """
        campaign = self.store.campaign(campaign_id)
        if campaign is None or campaign.organization_id != organization:
            return None
        turn = turn_by_hand(self.store, self.options, self.clock(), organization, campaign)
        text = campaign.text or "" if change.text is None else usable_text(change.text)
        rule, audience = audience_of(turn, campaign, changed_rule(campaign, change), change.first)
        return _sketched(turn, campaign, text, rule, changed_start(campaign, change, turn.now), audience)


def _sketched(
    turn: Turn, campaign: CampaignView, text: str, rule: dict[str, Any], wanted: dt.datetime | None,
    audience: Sequence[AudienceClient],
) -> Sketch:  # fmt: skip
    """The sketch of a campaign with that text, rule and start; `audience` is whom the rule names."""
    frozen, _ = freeze_anew(turn, campaign, text, rule, wanted, audience)
    schedule, number = frozen.schedule, len(frozen.recipients)
    at = schedule.starts_at.astimezone(turn.terms.zone) if schedule else None
    return Sketch(
        number=number,
        left_out=frozen.left_out,
        left_out_in_words=reasons_in_words(frozen.left_out),
        examples=_examples(frozen, audience),
        starts_at=at,
        last_day=schedule.last_day if schedule else None,
        a_day=min(schedule.a_day, number) if schedule else None,
        start=start_in_words(max(at, turn.local + turn.options.delay), turn.local) if at else None,
        pace=pace_in_words(number, schedule, turn.local.date()) if schedule else None,
        hindrance=turn.terms.hindrance(),
        has_link=has_link(text),
    )


def _examples(frozen: Frozen, audience: Sequence[AudienceClient]) -> tuple[Example, ...]:
    shown = frozen.recipients[:_EXAMPLES]
    wanted = {UUID(row["contact_id"]) for row in shown}
    names = {client.contact_id: client.name for client in audience if client.contact_id in wanted}
    return tuple(
        Example(Names().first_name(names.get(UUID(row["contact_id"]))) or "cliente", row["content"]) for row in shown
    )
