"""An answer to a client who leaves campaigns or comes back, at any hour: the client has just written."""

from __future__ import annotations

import datetime as dt

from proactive.message_types.base import MessageType
from proactive.message_types.told import ToldFacts, layout_of

TYPE = MessageType(
    name="client_answer",
    label="Resposta a cliente",
    facts=ToldFacts,
    layout=layout_of("client_answer.txt.j2"),
    once_a_day=False,
    # later than that, it answers what nobody remembers having asked; the opt-out holds all the same
    lifetime=dt.timedelta(hours=24),
    at_any_hour=True,
    asked_for_by_hand=False,
)
