"""POST /webhooks/whatsapp/evolution: the events of Evolution API, in bursts and more than once."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.security import HTTPBearer
from pydantic import BaseModel, ConfigDict, Field

from proactive.gateways.evolution.webhooks import read_events
from proactive.web.guarded_route import WebhookRoute
from proactive.web.openapi import TAKES_BODY, refusals
from proactive.web.problems import invalid
from proactive.web.services import CurrentServices

router = APIRouter(route_class=WebhookRoute, tags=["webhooks"])
_secret = HTTPBearer(auto_error=False, description="One of the secrets in WEBHOOK_SECRET.", scheme_name="webhook")


class Envelope(BaseModel):
    """The fields that we read of the gateway's envelope; its `apikey` is never read."""

    model_config = ConfigDict(extra="ignore")

    event: Annotated[str, Field(max_length=100)]
    instance: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
    data: Any = None
    date_time: Any = None


@router.post(
    "/webhooks/whatsapp/evolution",
    status_code=204,
    dependencies=[Depends(_secret)],
    responses=refusals(*TAKES_BODY, always=(401, 413, 422, 500, 503)),
)
def evolution_webhook(envelope: Envelope, services: CurrentServices) -> None:
    """Keep connection states, receipts and replies; any other event is accepted and forgotten.

    Set it with Evolution's `/webhook/set/{instance}`, with `"headers": {"Authorization": "Bearer <secret>"}`.
    """
    try:
        events = read_events(envelope.event, envelope.data, envelope.date_time, dt.datetime.now(dt.UTC))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise invalid("data", "These are not the data of such an event, as Evolution API 2 sends them.") from None
    for event in events:
        services.inbound.keep(envelope.instance, event)
