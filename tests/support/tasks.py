"""Tasks as the scripts would make them, for the acceptance tests."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from proactive.model.recipient import Recipient
from proactive.model.task import Task
from tests.support.world import Business

ZONE = "America/Sao_Paulo"


def summary(business: Business, owner: UUID | None = None) -> Task:
    """A daily summary asked for by hand, now."""
    now = dt.datetime.now(dt.UTC)
    return Task(
        type="daily_summary",
        organization_id=business.organization,
        recipient=Recipient.owner(owner or business.owner),
        key=now.astimezone(ZoneInfo(ZONE)).date().isoformat(),
        scheduled_for=now,
        timezone=ZONE,
        by_hand=True,
    )


def campaign(business: Business, kind: str = "promocional") -> Task:
    """A new campaign of that kind for everybody, asked for by hand, now; its text names the kind."""
    data = {"campaign_type": kind, "target_audience": "all", "message": None}
    changes = {"type": "custom_campaign", "key": str(uuid4()), "data": data}
    return summary(business).model_copy(update=changes)
