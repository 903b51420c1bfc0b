"""An answer of Aurora to an owner who chose, or asks, which of her messages come and when; at any hour."""

from __future__ import annotations

from dataclasses import replace

from proactive.message_types.campaign_answer import TYPE as CAMPAIGN_ANSWER
from proactive.message_types.told import layout_of

TYPE = replace(
    CAMPAIGN_ANSWER, name="choice_answer", label="Resposta sobre horários", layout=layout_of("choice_answer.txt.j2")
)
