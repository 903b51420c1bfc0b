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
from proactive.gateways.evolution.events import Event, ReplyEvent
from proactive.gateways.evolution.webhooks import event_name, is_talk, read_events
from proactive.records.inbound import Heard
from proactive.replies.client import may_concern_campaigns
from proactive.replies.said import AnswerKind, read_answer
from proactive.web.guarded_route import WebhookRoute
from proactive.web.openapi import TAKES_BODY, refusals
from proactive.web.problems import Problem, invalid
from proactive.web.services import CurrentServices, Services
from proactive.web.webhook_answer import WebhookAnswer

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
_ANSWERS: dict[int | str, dict[str, Any]] = {
    204: {"description": "An event of another kind is kept, or forgotten."},
    **refusals(*TAKES_BODY, always=(401, 413, 422, 500, 503)),
}
#: What is kept of how something was written. An edit has other words.
_MEDIA: dict[str, AnswerKind] = {"text": "text", "edit": "text", "audio": "audio", "reaction": "reaction"}
#: What of clients is read by the rules of opt-out.
_READABLE = frozenset({"text", "caption", "audio", "edit"})


@router.post(
    _ADDRESS, response_model=WebhookAnswer, dependencies=[Depends(_secret)], responses=_ANSWERS, openapi_extra=_BODY
)  # fmt: skip
async def evolution_webhook(request: Request, services: CurrentServices) -> Response:
    """Keep connection states, receipts and what people write; any other event is accepted and forgotten.

    Events of messages (MESSAGES_UPSERT, MESSAGES_EDITED, MESSAGES_DELETE) are answered with what Aurora makes of them:
    who forwards the body to us keeps the product's own bot quiet where we answer.

    Set it with Evolution's `/webhook/set/{instance}`, with `"headers": {"Authorization": "Bearer <secret>"}`. With
    `byEvents` Evolution adds the event's name to the address: that is the same.
    """
    body = await request.body()
    read = await run_in_threadpool(_heard, body, services) if len(body) > _LONG else _heard(body, services)
    talks, heard = read
    try:
        answer = await services.webhooks.keep(heard)
    except RecordRefused:
        raise invalid("data", "These data can never be kept: do not send them again.") from None
    if not talks:
        return Response(status_code=204)
    return Response(answer.model_dump_json(by_alias=True), media_type="application/json")


router.add_api_route(
    _ADDRESS + "/{event}", evolution_webhook, methods=["POST"], dependencies=[Depends(_secret)],
    include_in_schema=False,
)  # fmt: skip


def _heard(body: bytes, services: Services) -> tuple[bool, list[Heard]]:
    """Whether a body tells what people wrote, and its events. Raises Problem (400, 422) and RequestValidationError."""
    now = dt.datetime.now(dt.UTC)
    envelope = _envelope(body)
    if event_name(envelope.event) == "send.message" and isinstance(envelope.data, dict):
        services.gateway_clock.learn(envelope.date_time, envelope.data.get("messageTimestamp"))
    at = services.gateway_clock.own_time(envelope.date_time, now)
    try:
        events = read_events(envelope.event, envelope.data, at, now)
    except ValueError:
        raise invalid("data", "These are not the data of such an event, as Evolution API 2 sends them.") from None
    return is_talk(envelope.event), [
        Heard(envelope.instance, event, _concerns(event), _answer(event)) for event in events
    ]


def _concerns(event: Event) -> bool:
    return isinstance(event, ReplyEvent) and event.kind in _READABLE and may_concern_campaigns(event.text)


def _answer(event: Event) -> dict[str, Any] | None:
    """How an answer was read, here and now: its words are not kept. What is deleted says nothing any more."""
    if not isinstance(event, ReplyEvent):
        return None
    read = read_answer(event.text, "sticker" if event.sticker else _MEDIA.get(event.kind, "other"))
    return {"medium": read.kind, "said": None if event.kind == "delete" else read.said, "rule": read.rule}


def _envelope(body: bytes) -> Envelope:
    try:
        return Envelope.model_validate(json.loads(body))
    except ValidationError as error:
        problems = [problem | {"loc": ("body", *problem["loc"])} for problem in error.errors()]
        raise RequestValidationError(problems) from None
    except (ValueError, RecursionError):
        raise Problem(400, "The body is not JSON: send an event's envelope, in UTF-8.") from None
