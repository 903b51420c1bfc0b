"""A campaign's message to one client of the business: the words that its owner said yes to, and nothing else."""

from __future__ import annotations

import datetime as dt

from pydantic import AwareDatetime

from proactive.message_types.base import MessageData, MessageType
from proactive.message_types.told import ToldFacts, layout_of


class ClientMessageData(MessageData):
    """By what a campaign's message may go out; it is looked at again in the claim.

    `revision` is the one that its owner saw, `day` the local day of the caps, `closes_at` the end of the window. `cap`
    and `cool_cap` are the most messages of that day, and how many of them to clients who have not written lately.
    `week` and `month` are how many campaigns a client may get in 7 and 30 days.
    """

    revision: int
    day: dt.date
    closes_at: AwareDatetime
    cap: int
    cool_cap: int
    week: int = 1
    month: int = 3


TYPE = MessageType(
    name="campaign_message",
    label="Mensagem de campanha",
    data=ClientMessageData,
    facts=ToldFacts,
    layout=layout_of("campaign_message.txt.j2"),
    once_a_day=False,
    at_any_hour=True,
    asked_for_by_hand=False,
)
