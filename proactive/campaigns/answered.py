"""Whether a question of ours was answered, and its owner got to see what came of the answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from proactive.campaigns.conversation_view import AskedView, CampaignView
from proactive.campaigns.states import Status


def is_answered(asked: AskedView, campaigns: Iterable[CampaignView], shown: Sequence[AskedView]) -> bool:
    """Whether an owner answered a question about these campaigns. `shown` is everything that this owner was sent.

    One that led to a preview is open again where none of it arrived: whoever writes once more asks for it.
    """
    if asked.answered_at is None:
        return False
    previewed = (campaign for campaign in campaigns if campaign.status is Status.PREVIEWED)
    return all(any(each.showed(campaign) for each in shown) for campaign in previewed)
