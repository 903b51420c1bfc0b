"""The validity of what an owner was asked: until when a yes counts, and whether it is for what its owner saw."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from proactive.campaigns.conversation_view import CampaignView
from proactive.campaigns.manner import Manner
from proactive.campaigns.states import Status
from proactive.campaigns.subject import SubjectCandidate
from proactive.campaigns.turn import Turn
from proactive.replies.readings import Reading


def open_until(campaign: CampaignView, preview_lasts: dt.timedelta) -> dt.datetime:
    """Until when it may be confirmed (aware): as long as it is valid, a preview also no longer than that."""
    shown = campaign.previewed_at if campaign.status is Status.PREVIEWED else None
    return campaign.valid_until if shown is None else min(campaign.valid_until, shown + preview_lasts)


def as_it_stands(manner: Manner, candidate: SubjectCandidate, turn: Turn, reading: Reading) -> Manner:
    """How a reply came, by how the campaigns stand now: past their validity, or shown to this owner or not."""
    previewed = turn.first.status is Status.PREVIEWED
    opened = previewed or turn.first.status is Status.OFFERED
    over = opened and open_until(turn.first, turn.options.preview_lasts) <= turn.now
    unseen = not _seen(candidate, turn) or (reading.approves and previewed and _refused_since(candidate, turn))
    return replace(manner, unseen=unseen, outdated=manner.outdated or over, expired=manner.expired or over)


def _refused_since(candidate: SubjectCandidate, turn: Turn) -> bool:
    """Whether another owner said no since this one was shown the preview."""
    shown = (each.asked_at for each in candidate.organization.asked if each.showed(turn.first))
    since = max((at for at in shown if at is not None), default=None)
    return bool(turn.refusals(turn.first).of_others(turn.owner, since))


def _seen(candidate: SubjectCandidate, turn: Turn) -> bool:
    """Whether the owner was shown everything that is previewed now."""
    previewed = [campaign for campaign in turn.campaigns if campaign.status is Status.PREVIEWED]
    return all(any(asked.showed(campaign) for asked in candidate.organization.asked) for campaign in previewed)
