"""Messages: the history, one message, and sending a failed one again."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import StringConstraints

from proactive.jobs.resend import resend
from proactive.model.failure import Failure
from proactive.queue.waiting import WaitingMessage
from proactive.web.api.addresses import PATH, links_of
from proactive.web.api.cursors import cursor_of, moment_cursor
from proactive.web.api.message_filters import MessageFields, filter_of
from proactive.web.api.message_schemas import Message, MessagePage, WaitView, WholeMessage
from proactive.web.api.request_model import Limit, NoQuery
from proactive.web.api.schemas import Triggered
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import MAY_CONFLICT, MAY_MISS, refusals
from proactive.web.problems import Problem
from proactive.web.services import CurrentCaller, CurrentServices, Services

router = APIRouter(route_class=GuardedRoute, tags=["messages"], prefix=f"{PATH}/messages")


class MessageQuery(MessageFields):
    """The filters, and the page; `cursor` is the `nextCursor` of the page before."""

    limit: Limit = 50
    cursor: Annotated[str | None, StringConstraints(max_length=200)] = None


@router.get("", responses=refusals())
def list_messages(
    caller: CurrentCaller, services: CurrentServices, query: Annotated[MessageQuery, Query()]
) -> MessagePage:
    """Messages, newest first: a session's own organisation's; with a service key `organizationId`'s, or all."""
    wanted = filter_of(query, caller, services, dt.datetime.now(dt.UTC))
    rows = services.queries.messages(wanted, moment_cursor(query.cursor), query.limit + 1)
    shown = services.queued.with_waits(rows[: query.limit])
    following = cursor_of(shown[-1]["created_at"], shown[-1]["id"]) if len(rows) > query.limit else None
    return MessagePage(messages=[Message.model_validate(_shown(row)) for row in shown], next_cursor=following)


@router.get("/{message_id}", responses=refusals(*MAY_MISS))
def get_message(
    message_id: UUID, caller: CurrentCaller, services: CurrentServices, _: Annotated[NoQuery, Query()]
) -> WholeMessage:
    """One message: its text, the figures that it states, its attempts and receipts; `queued` before it has a record."""
    return WholeMessage.model_validate(_shown(_found(services, caller, message_id)))


@router.post("/{message_id}/requeue", status_code=202, responses=refusals(*MAY_MISS, *MAY_CONFLICT))
def requeue_message(
    message_id: UUID, caller: CurrentCaller, services: CurrentServices, _: Annotated[NoQuery, Query()]
) -> Triggered:
    """Send a failed message again, with a new job; the message keeps its id."""
    row = _found(services, caller, message_id)
    if row["status"] != "failed":
        raise Problem(409, f"Only a failed message can be requeued; this one is {row['status']}.")
    job_id = resend(services.app, message_id, dt.datetime.now(dt.UTC), caller.author("api"))
    if job_id is None:
        raise Problem(409, "It cannot be requeued: it is being sent again already, or its record is not complete.")
    return Triggered(job_id=job_id, message_id=message_id, status="pending", links=links_of(job_id, message_id))


def _found(services: Services, caller: CurrentCaller, message_id: UUID) -> dict[str, Any]:
    row = services.queries.message(message_id)
    row = services.queued.find(message_id) if row is None else services.queued.with_waits([row])[0]
    if row is None or not caller.sees(row["organization_id"]):
        raise Problem(404, "There is no message of that id, and none waits. Its job may have had nothing to say.")
    return row


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row as its models take it: with why it waits, and what to do about a failure."""
    failure = Failure.from_json(row["failure"])
    return row | {"advice": failure.advice if failure else None, "waits": _wait(row["wait"])}


def _wait(waiting: WaitingMessage | None) -> WaitView | None:
    if waiting is None:
        return None
    note = waiting.note
    return WaitView(
        code=note.why, detail=note.text, advice=note.advice, until=note.until, next_attempt=waiting.due,
        job_id=waiting.job_id,
    )  # fmt: skip
