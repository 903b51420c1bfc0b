"""POST /webhooks/whatsapp/evolution: the events of Evolution API, in bursts and more than once."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPBearer
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool

from proactive.errors import RecordRefused
from proactive.gateways.evolution.webhooks import event_name, read_events
from proactive.records.inbound import Heard
from proactive.web.guarded_route import WebhookRoute
from proactive.web.openapi import TAKES_BODY, refusals
from proactive.web.problems import Problem, invalid
from proactive.web.services import CurrentServices, Services

router = APIRouter(route_class=WebhookRoute, tags=["webhooks"])
_secret = HTTPBearer(auto_error=False, description="One of the secrets in WEBHOOK_SECRET.", scheme_name="webhook")
#: A body longer than this is read in a thread: it would delay other webhooks.
_LONG = 128 * 1024
_ADDRESS = "/webhooks/whatsapp/evolution"


class Envelope(BaseModel):
    """The fields that we read of the gateway's envelope; its `apikey` is never read."""

    model_config = ConfigDict(extra="ignore")

    event: Annotated[str, Field(max_length=100)]
    instance: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
    data: Any = None
    date_time: Any = None


_BODY = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": Envelope.model_json_schema()}}}
}  # fmt: skip
_REFUSALS = refusals(*TAKES_BODY, always=(401, 413, 422, 500, 503))


@router.post(_ADDRESS, status_code=204, dependencies=[Depends(_secret)], responses=_REFUSALS, openapi_extra=_BODY)
async def evolution_webhook(request: Request, services: CurrentServices) -> Response:
    """Keep connection states, receipts and replies; any other event is accepted and forgotten.

    Set it with Evolution's `/webhook/set/{instance}`, with `"headers": {"Authorization": "Bearer <secret>"}`. With
    `byEvents` Evolution adds the event's name to the address: that is the same.
    """
    body = await request.body()
    heard = await run_in_threadpool(_heard, body, services) if len(body) > _LONG else _heard(body, services)
    try:
        await services.webhooks.keep(heard)
    except RecordRefused:
        raise invalid("data", "These data can never be kept: do not send them again.") from None
    return Response(status_code=204)


router.add_api_route(
    _ADDRESS + "/{event}", evolution_webhook, methods=["POST"], status_code=204, dependencies=[Depends(_secret)],
    include_in_schema=False,
)  # fmt: skip


def _heard(body: bytes, services: Services) -> list[Heard]:
    """The events of a body. Raises Problem (400, 422) and RequestValidationError."""
    now = dt.datetime.now(dt.UTC)
    envelope = _envelope(body)
    if event_name(envelope.event) == "send.message" and isinstance(envelope.data, dict):
        services.gateway_clock.learn(envelope.date_time, envelope.data.get("messageTimestamp"))
    at = services.gateway_clock.own_time(envelope.date_time, now)
    try:
        events = read_events(envelope.event, envelope.data, at, now)
    except ValueError:
        raise invalid("data", "These are not the data of such an event, as Evolution API 2 sends them.") from None
    return [Heard(envelope.instance, event) for event in events]


def _envelope(body: bytes) -> Envelope:
    try:
        return Envelope.model_validate(json.loads(body))
    except ValidationError as error:
        problems = [problem | {"loc": ("body", *problem["loc"])} for problem in error.errors()]
        raise RequestValidationError(problems) from None
    except (ValueError, RecursionError):
        raise Problem(400, "The body is not JSON: send an event's envelope, in UTF-8.") from None
