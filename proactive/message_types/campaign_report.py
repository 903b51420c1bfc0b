"""What Aurora tells an owner of a campaign unasked: that it pauses, and what came of it, at once and after a week."""

from __future__ import annotations

import datetime as dt

from proactive.message_types.base import MessageType
from proactive.message_types.told import ToldData, ToldFacts, layout_of

TYPE = MessageType(
    name="campaign_report",
    label="Relatório de campanha",
    data=ToldData,
    facts=ToldFacts,
    layout=layout_of("campaign_report.txt.j2"),
    once_a_day=False,
    lifetime=dt.timedelta(hours=36),
    waits_for_quiet_hours=True,
    asked_for_by_hand=False,
)
