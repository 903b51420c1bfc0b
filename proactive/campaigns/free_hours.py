"""The free hours that an offer names: computed again when it is frozen, no client reads of one that is gone. Pure.

A business's own text for clients may name them anywhere: its message keeps the text for one, two and three hours, and
the rule of the campaign has them (`HOUR_TEXTS`), each with a place for the hours themselves.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from proactive.campaigns.conversation_view import CampaignView
from proactive.campaigns.freezing import AudienceClient, with_percent
from proactive.message_types.offering import HOUR_TEXTS, HOURS
from proactive.text.formats import hour

#: How the message names them (low_occupancy.txt.j2).
_NAMED = re.compile(r"^(Horários? disponíve(?:l|is): ).*$", re.M)
_NO_RULE: Mapping[str, Any] = MappingProxyType({})
_ONE, _SEVERAL = "Horário disponível: ", "Horários disponíveis: "


def offered_hours_day(campaign: CampaignView, rule: Mapping[str, Any]) -> dt.date | None:
    """The local day whose free hours a campaign offers, the one after its message's; None where it offers none."""
    return dt.date.fromisoformat(campaign.source_key) + dt.timedelta(days=1) if "free_hours" in rule else None


def with_hours(text: str, hours: Sequence[dt.time], rule: Mapping[str, Any] = _NO_RULE) -> str:
    """A text that names the hours which are still free, where it names any; as it is where none are.

    Where the campaign's rule has texts for so many hours, it is that one.
    """
    if not hours:
        return text
    named = ", ".join(hour(each) for each in hours)
    if own := rule.get(HOUR_TEXTS):
        return str(own[min(len(hours), len(own)) - 1]).replace(HOURS, named)
    return _NAMED.sub(lambda _: (_SEVERAL if len(hours) > 1 else _ONE) + named, text)


def without_hour_texts(rule: Mapping[str, Any]) -> dict[str, Any]:
    """The rule of a campaign whose text somebody wrote anew: it stays as written."""
    return {name: value for name, value in rule.items() if name != HOUR_TEXTS}


def with_percent_in_hour_texts(rule: Mapping[str, Any], percent: int) -> dict[str, Any]:
    """The rule of a campaign whose text has another percentage."""
    own = rule.get(HOUR_TEXTS)
    return dict(rule) | ({HOUR_TEXTS: [with_percent(str(text), percent) for text in own]} if own else {})


def without_hours(audience: Sequence[AudienceClient]) -> list[AudienceClient]:
    """An audience of which nobody receives it, for there is no hour left to offer."""
    return [client if client.reason else client.model_copy(update={"reason": "no_hours_left"}) for client in audience]
