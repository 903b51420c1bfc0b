"""Redoing: a suggestion that is over becomes a new campaign with the figures of today. It is never sent by itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

from proactive.campaigns.conversation_view import AskedView, CampaignView
from proactive.campaigns.offers import OPEN_FOR, campaign_id
from proactive.replies.readings import Kind, Reading

#: The reading of a reply whose change was made before, or that asks for none.
CHANGES_NOTHING = Reading(Kind.WEAK_YES, binds=False)
_AGAIN = "/redo/"
#: What T8 asks where it can be made anew (templates/t08_expired.txt.j2).
_QUESTION = "Quer que eu refaça"


def asks_to_redo(asked: AskedView | None) -> bool:
    """Whether a message of ours asks whether a campaign should be made anew."""
    return asked is not None and asked.kind == "T8" and _QUESTION in (asked.content or "")


def redone(campaign: CampaignView, now: dt.datetime, instance: str | None) -> dict[str, Any]:
    """The row of the campaign made anew on the local day of `now` (in the organisation's zone): one a day.

    Its text and rule are the old ones but for the first so many, who were the first of that day.
    """
    key = f"{campaign.source_key.partition(_AGAIN)[0]}{_AGAIN}{now.date().isoformat()}"
    rule = {name: value for name, value in campaign.audience.items() if name != "only"}
    return {
        "id": str(campaign_id(campaign.organization_id, campaign.source, key, campaign.option)),
        "organization_id": str(campaign.organization_id), "source": campaign.source, "source_key": key,
        "option": campaign.option, "instance_name": instance, "text": campaign.text, "audience": rule,
        "message_id": str(campaign.message_id) if campaign.message_id else None, "made_by": campaign.made_by,
        "valid_until": (now + OPEN_FOR).isoformat(),
    }  # fmt: skip
