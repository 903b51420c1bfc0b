"""What goes out next: the messages of the next seven days, skipping one, taking that back, sending one now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from proactive.jobs.upcoming import UpcomingRefused, find, reader_of, send_now, skip, take_back
from proactive.message_types.registry import TypeName
from proactive.upcoming.planned import UpcomingMessage
from proactive.upcoming.reader import UpcomingOf
from proactive.web.api.addresses import PATH, links_of
from proactive.web.api.campaign_requests import OrganizationQuery, organization_of
from proactive.web.api.request_model import RequestModel
from proactive.web.api.schemas import ResponseModel, Triggered
from proactive.web.auth.callers import Caller
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import MAY_CONFLICT, MAY_MISS, refusals
from proactive.web.problems import Problem, invalid
from proactive.web.services import CurrentCaller, CurrentServices, Services

router = APIRouter(route_class=GuardedRoute, tags=["upcoming"], prefix=f"{PATH}/upcoming")
_ACTS = refusals(*MAY_MISS, *MAY_CONFLICT)


class WhyNotView(ResponseModel):
    """Why a message does not go out as things stand: a code, what it means and what to do (in Portuguese), until when
    where that is known."""

    code: str
    label: str
    advice: str
    until: dt.datetime | None


class SkipNote(ResponseModel):
    """Who skipped a message (as in the log of changes), and when."""

    by: str
    at: dt.datetime


class UpcomingView(ResponseModel):
    """A message that is to go out at `at` (UTC) on the organisation's local `day`. `status`: `planned` goes out, `held`
    would not as things stand, and that may change, `off` does not, `skipped` by somebody, `under_way` was begun; `why`
    says why not. `condition` is what the facts of the day still have to say (in Portuguese; null: it always goes out),
    `byHand` whether a person asked for it. `messageId` is the message's for good, whenever it is sent."""

    message_id: UUID
    type: TypeName
    label: str
    organization_id: UUID
    organization: str
    owner_number_id: UUID
    owner: str | None
    at: dt.datetime
    day: dt.date
    status: Literal["planned", "held", "off", "skipped", "under_way", "sent", "failed"]
    why: WhyNotView | None
    condition: str | None
    skipped: SkipNote | None
    by_hand: bool


class UpcomingPage(ResponseModel):
    """The messages of the next seven days by organisation, soonest first."""

    messages: list[UpcomingView]
    next_cursor: str | None


class UpcomingQuery(RequestModel):
    """Whose messages. With a service key and no `organizationId` a page is that of `limit` active organisations, those
    with `search` in their name; `cursor` is the `nextCursor` of the page before."""

    organization_id: UUID | None = None
    search: Annotated[str | None, StringConstraints(min_length=1, max_length=100)] = None
    limit: Annotated[int, Field(ge=1, le=50)] = 20
    cursor: UUID | None = None


@router.get("", responses=refusals())
def list_upcoming(
    caller: CurrentCaller, services: CurrentServices, query: Annotated[UpcomingQuery, Query()]
) -> UpcomingPage:
    """What goes out in the next seven days, to whom, when, and why not: a session's own organisation's."""
    organization, now = caller.confined(query.organization_id), dt.datetime.now(dt.UTC)
    if organization is not None:
        found = reader_of(services.app).of(organization, now)
        if found is None:
            raise invalid("organizationId", "There is no organisation of that id.")
        return UpcomingPage(messages=_views(found), next_cursor=None)
    page = reader_of(services.app).page(query.search, query.cursor, query.limit, now)
    following = str(page[-1].organization) if len(page) == query.limit else None
    return UpcomingPage(messages=[view for each in page for view in _views(each)], next_cursor=following)


@router.post("/{message_id}/skip", responses=_ACTS)
def skip_upcoming(
    message_id: UUID, caller: CurrentCaller, services: CurrentServices, query: Annotated[OrganizationQuery, Query()]
) -> UpcomingView:
    """Keep one message from going out. It can be taken back while its time is to come; again changes nothing."""
    with _refused_as_problems():
        skip(services.app, _found(message_id, query, caller, services), caller.author("api"))
    return _view_of(message_id, query, caller, services)


@router.post("/{message_id}/take-back", responses=_ACTS)
def take_back_skip(
    message_id: UUID, caller: CurrentCaller, services: CurrentServices, query: Annotated[OrganizationQuery, Query()]
) -> UpcomingView:
    """Let a skipped message go out at its time after all, where that is still to come."""
    message = _found(message_id, query, caller, services)
    with _refused_as_problems():
        take_back(services.app, message, caller.author("api"), dt.datetime.now(dt.UTC))
    return _view_of(message_id, query, caller, services)


@router.post("/{message_id}/send-now", status_code=202, responses=_ACTS)
def send_upcoming_now(
    message_id: UUID, caller: CurrentCaller, services: CurrentServices, query: Annotated[OrganizationQuery, Query()]
) -> Triggered:
    """Send a message of today now, a skipped one too. It keeps its id: the schedule does not send it again."""
    message = _found(message_id, query, caller, services)
    with _refused_as_problems():
        job_id = send_now(services.app, message, caller.author("api"), dt.datetime.now(dt.UTC))
    return Triggered(job_id=job_id, message_id=message_id, status="queued", links=links_of(job_id, message_id))


def _found(message_id: UUID, query: OrganizationQuery, caller: Caller, services: Services) -> UpcomingMessage:
    organization = organization_of(query.organization_id, caller, services)
    message = find(services.app, organization, message_id, dt.datetime.now(dt.UTC))
    if message is None:
        raise Problem(404, f"No message of that id is to come: GET {PATH}/upcoming lists them.")
    return message


def _view_of(message_id: UUID, query: OrganizationQuery, caller: Caller, services: Services) -> UpcomingView:
    organization = organization_of(query.organization_id, caller, services)
    found = reader_of(services.app).of(organization, dt.datetime.now(dt.UTC))
    views = _views(found) if found else []
    view = next((each for each in views if each.message_id == message_id), None)
    if view is None:
        raise Problem(404, f"No message of that id is to come: GET {PATH}/upcoming lists them.")
    return view


@contextmanager
def _refused_as_problems() -> Iterator[None]:
    try:
        yield
    except UpcomingRefused as refused:
        raise Problem(409, str(refused)) from None


def _views(found: UpcomingOf) -> list[UpcomingView]:
    return [UpcomingView.model_validate(_fields(found, each)) for each in found.messages]


def _fields(found: UpcomingOf, message: UpcomingMessage) -> dict[str, Any]:
    task, why, skipped = message.task, message.why, message.skip
    return {
        "message_id": message.id, "type": task.type, "label": message.type.label,
        "organization_id": found.organization, "organization": found.name,
        "owner_number_id": task.recipient.id, "owner": message.owner_name, "at": message.at,
        "day": message.day, "status": message.status, "condition": message.type.condition,
        "why": {"code": why.code, "label": why.label, "advice": why.advice, "until": why.until} if why else None,
        "skipped": {"by": skipped.by, "at": skipped.at} if skipped else None, "by_hand": message.job_id is not None,
    }  # fmt: skip
