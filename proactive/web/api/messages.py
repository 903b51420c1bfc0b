"""Messages: the history, one message, and sending a failed one again."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from proactive.jobs.resend import resend
from proactive.message_types.registry import TypeName
from proactive.model.metrics import DeliveryState
from proactive.model.zones import zone_info
from proactive.records.queries import MessageFilter
from proactive.web.api.addresses import PATH, links_of
from proactive.web.api.request_model import DayOrMoment, Limit, NoQuery, RequestModel
from proactive.web.api.schemas import Message, MessagePage, Triggered, WholeMessage
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import MAY_CONFLICT, MAY_MISS, refusals
from proactive.web.problems import Problem, invalid
from proactive.web.services import CurrentCaller, CurrentServices, Services

router = APIRouter(route_class=GuardedRoute, tags=["messages"], prefix=f"{PATH}/messages")


class MessageQuery(RequestModel):
    """Filters of messages, by when they were created. `from` and `to` are days of the organisation (`2026-11-22`, `to`
    included; UTC where a service key names no organisation) or instants (`to` not included)."""

    organization_id: UUID | None = None
    type: TypeName | None = None
    status: Literal["pending", "sent", "failed"] | None = None
    delivery: DeliveryState | None = None
    since: Annotated[DayOrMoment | None, Field(alias="from")] = None
    until: Annotated[DayOrMoment | None, Field(alias="to")] = None
    limit: Limit = 50
    cursor: Annotated[str | None, StringConstraints(max_length=200)] = None


@router.get("", responses=refusals())
def list_messages(
    caller: CurrentCaller, services: CurrentServices, query: Annotated[MessageQuery, Query()]
) -> MessagePage:
    """Messages, newest first: a session's own organisation's; with a service key `organizationId`'s, or all."""
    organization = caller.confined(query.organization_id)
    zone = _zone(services, organization, query)
    filters = MessageFilter(
        organization,
        query.type,
        query.status,
        _instant(query.since, zone, 0),
        _instant(query.until, zone, 1),
        delivery=query.delivery,
    )
    after = _decoded(query.cursor) if query.cursor else None
    rows = services.queries.messages(filters, after, query.limit + 1)
    shown = rows[: query.limit]
    following = _encoded(shown[-1]) if len(rows) > query.limit else None
    return MessagePage(messages=[Message.model_validate(row) for row in shown], next_cursor=following)


@router.get("/{message_id}", responses=refusals(*MAY_MISS))
def get_message(
    message_id: UUID, caller: CurrentCaller, services: CurrentServices, _: Annotated[NoQuery, Query()]
) -> WholeMessage:
    """One message: its text, the figures that it states, its attempts and receipts."""
    return WholeMessage.model_validate(_found(services, caller, message_id))


@router.post("/{message_id}/requeue", status_code=202, responses=refusals(*MAY_MISS, *MAY_CONFLICT))
def requeue_message(
    message_id: UUID, caller: CurrentCaller, services: CurrentServices, _: Annotated[NoQuery, Query()]
) -> Triggered:
    """Send a failed message again, with a new job; the message keeps its id."""
    row = _found(services, caller, message_id)
    if row["status"] != "failed":
        raise Problem(409, f"Only a failed message can be requeued; this one is {row['status']}.")
    job_id = resend(services.app, message_id, dt.datetime.now(dt.UTC))
    if job_id is None:
        raise Problem(409, "It cannot be requeued: it is being sent again already, or its record is not complete.")
    return Triggered(job_id=job_id, message_id=message_id, status="pending", links=links_of(job_id, message_id))


def _found(services: Services, caller: CurrentCaller, message_id: UUID) -> dict[str, Any]:
    row = services.queries.message(message_id)
    if row is None or not caller.sees(row["organization_id"]):
        raise Problem(
            404, "There is no message of that id. One that was asked for appears when it is composed: look at its job."
        )
    return row


def _zone(services: Services, organization: UUID | None, query: MessageQuery) -> dt.tzinfo:
    days = [bound for bound in (query.since, query.until) if bound and not isinstance(bound, dt.datetime)]
    found = services.app.organizations.owners(organization) if organization and days else None
    return zone_info(found.timezone) if found else dt.UTC


def _instant(bound: dt.date | None, zone: dt.tzinfo, days: int) -> dt.datetime | None:
    if bound is None or isinstance(bound, dt.datetime):
        return bound
    return dt.datetime.combine(bound + dt.timedelta(days=days), dt.time(), zone).astimezone(dt.UTC)


def _encoded(row: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(f"{row['created_at']} {row['id']}".encode()).decode().rstrip("=")


def _decoded(cursor: str) -> tuple[dt.datetime, UUID]:
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        created, _, message_id = plain.partition(" ")
        moment = dt.datetime.fromisoformat(created)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(dt.UTC), UUID(message_id)
    except (ValueError, OverflowError, binascii.Error):
        raise invalid("query.cursor", "Send the nextCursor of the page before, unchanged.") from None
