"""The free hours that an offer names: computed again when it is frozen, no client reads of one that is gone. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from proactive.campaigns.conversation_view import CampaignView
from proactive.campaigns.freezing import AudienceClient
from proactive.text.formats import hour

#: How the message names them (low_occupancy.txt.j2).
_NAMED = re.compile(r"^(Horários? disponíve(?:l|is): ).*$", re.M)
_ONE, _SEVERAL = "Horário disponível: ", "Horários disponíveis: "


def offered_hours_day(campaign: CampaignView, rule: Mapping[str, Any]) -> dt.date | None:
    """The local day whose free hours a campaign offers, the one after its message's; None where it offers none."""
    return dt.date.fromisoformat(campaign.source_key) + dt.timedelta(days=1) if "free_hours" in rule else None


def with_hours(text: str, hours: Sequence[dt.time]) -> str:
    """A text that names the hours which are still free, where it names any; as it is where none are."""
    if not hours:
        return text
    names = (_SEVERAL if len(hours) > 1 else _ONE) + ", ".join(hour(each) for each in hours)
    return _NAMED.sub(lambda _: names, text)


def without_hours(audience: Sequence[AudienceClient]) -> list[AudienceClient]:
    """An audience of which nobody receives it, for there is no hour left to offer."""
    return [client if client.reason else client.model_copy(update={"reason": "no_hours_left"}) for client in audience]
