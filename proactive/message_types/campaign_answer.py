"""An answer of Aurora to an owner's reply about a campaign, at any hour: the owner has just written."""

from __future__ import annotations

import datetime as dt
from typing import Any

from proactive.message_types.base import MessageType
from proactive.message_types.told import ToldData, ToldFacts, layout_of


class AnswerData(ToldData):
    """The words, as they go out; `wants` is what they ask about: which clients of a name a change means."""

    wants: dict[str, Any] | None = None


TYPE = MessageType(
    name="campaign_answer",
    label="Resposta sobre campanha",
    data=AnswerData,
    facts=ToldFacts,
    layout=layout_of("campaign_answer.txt.j2"),
    once_a_day=False,
    # later than that, it answers what nobody remembers having asked
    lifetime=dt.timedelta(hours=1),
    at_any_hour=True,
    asked_for_by_hand=False,
)
