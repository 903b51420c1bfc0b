"""What a reply is answered whose step was taken already: whoever took it died before the owner was told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from proactive.campaigns.confirmations import NOBODY
from proactive.campaigns.conversation_view import CampaignView, ConversationView
from proactive.campaigns.options import CampaignOptions
from proactive.campaigns.outgoing_answers import Reply
from proactive.campaigns.redoing import CHANGES_NOTHING
from proactive.campaigns.states import LIVE, Action, Decision, Status
from proactive.campaigns.steps import perform
from proactive.campaigns.store import CampaignStore
from proactive.campaigns.subject import SubjectCandidate
from proactive.campaigns.terms import Terms
from proactive.campaigns.turn import DAYS_READ, Turn

_STEPS: dict[Status, Decision] = {
    Status.PREVIEWED: Decision(Action.PREVIEW, "T2"),
    Status.RUNNING: Decision(Action.RESUME, "T1"),
    Status.PAUSED: Decision(Action.PAUSE, "T10"),
    Status.STOPPED: Decision(Action.STOP, "T13"),
}


def repeated(campaign: CampaignView) -> Decision | None:
    """The decision that brought a campaign from `status`, as a reply found it, to what it `became` by that reply; None
    where the reply took no step, or it is not the last one.
    """
    was, became = campaign.status, campaign.became
    if became is Status.CONFIRMED:
        action = {Status.OFFERED: Action.CONFIRM_OR_PREVIEW, Status.PREVIEWED: Action.CONFIRM}.get(was, Action.RESUME)
        return Decision(action, "T1")
    if became is Status.DECLINED and campaign.ended_by == NOBODY:
        return Decision(Action.PREVIEW, "T12")
    if became is Status.DECLINED:
        return Decision(Action.DECLINE, "T5" if was in LIVE else "T3")
    return _STEPS.get(became) if became is not None else None


def told_again(
    store: CampaignStore, options: CampaignOptions, view: ConversationView, before: Iterable[CampaignView], reply: str,
    now: dt.datetime,
) -> list[Reply]:  # fmt: skip
    """The answers about campaigns (as the reply found them) that nobody can be asked about any more at `now` (aware).

    Raises:
        SupabaseError: Supabase is away.
    """
    answers: list[Reply] = []
    known = {organization.id: organization for organization in view.organizations}
    for campaign in before:
        organization, decision = known.get(campaign.organization_id), repeated(campaign)
        if organization is None or decision is None:
            continue
        candidate = SubjectCandidate(organization, None, campaign, (campaign.id,), campaign.source)
        terms = Terms(store.terms(organization.id, now, DAYS_READ), now, options.sending)
        turn = Turn(store, options, candidate, (campaign,), CHANGES_NOTHING, reply, now, terms)
        answers += perform(turn, decision) or []
    return answers
