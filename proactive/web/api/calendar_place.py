"""Where a business is, whether it follows holidays, on which it opens, and what goes out on closed days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from proactive.calendar.unusable import UnusableDay
from proactive.web.api.addresses import PATH
from proactive.web.api.calendar_schemas import CalendarSwitches, CalendarView, PlaceRequest, calendar_view
from proactive.web.api.campaign_requests import OrganizationQuery, organization_of
from proactive.web.api.request_model import NoQuery
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import MAY_CONFLICT, MAY_MISS, TAKES_BODY, refusals
from proactive.web.problems import Problem, invalid
from proactive.web.services import CurrentCaller, CurrentServices, Services

router = APIRouter(route_class=GuardedRoute, tags=["calendar"], prefix=f"{PATH}/calendar")
#: A kind of holidays, or the slug of one.
What = Annotated[str, Path(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]


@router.put("/place", responses=refusals(*TAKES_BODY))
def put_place(
    body: PlaceRequest, caller: CurrentCaller, services: CurrentServices, _: Annotated[NoQuery, Query()]
) -> CalendarView:
    """Confirm where the business is. Another place's holidays count from then on. Answers today's calendar."""
    organization, now = organization_of(body.organization_id, caller, services), dt.datetime.now(dt.UTC)
    if body.state is None and body.follows_holidays:
        raise invalid("followsHolidays", "Holidays of no place cannot be followed: send the state.")
    with _unusable_as_problems():
        services.calendar.confirm_place(
            organization, body.state, body.municipality, body.follows_holidays, caller.author("api"), now
        )
    return _today(services, organization, now)


@router.patch("", responses=refusals(*TAKES_BODY, *MAY_CONFLICT))
def patch_calendar(
    body: CalendarSwitches, caller: CurrentCaller, services: CurrentServices, _: Annotated[NoQuery, Query()]
) -> CalendarView:
    """Switch the following of holidays, or the daily summary on closed days. Answers today's calendar."""
    organization, now = organization_of(body.organization_id, caller, services), dt.datetime.now(dt.UTC)
    try:
        services.calendar.switch(
            organization, caller.author("api"), now, follows_holidays=body.follows_holidays,
            summary_on_closed_days=body.summary_on_closed_days,
        )  # fmt: skip
    except UnusableDay as unusable:
        raise Problem(409, unusable.detail) from None
    return _today(services, organization, now)


@router.put("/opens-on/{what}", responses=refusals(*MAY_MISS))
def put_opens_on(
    what: What, caller: CurrentCaller, services: CurrentServices, query: Annotated[OrganizationQuery, Query()]
) -> CalendarView:
    """Say that the business opens each year on a holiday (its `slug`), or on a kind of them (`holiday`, `optional`)."""
    return _open_on(services, caller, query, what, opens=True)


@router.delete("/opens-on/{what}", responses=refusals(*MAY_MISS))
def delete_opens_on(
    what: What, caller: CurrentCaller, services: CurrentServices, query: Annotated[OrganizationQuery, Query()]
) -> CalendarView:
    """Take back that the business opens each year on a holiday, or on a kind of them."""
    return _open_on(services, caller, query, what, opens=False)


def _open_on(
    services: Services, caller: CurrentCaller, query: OrganizationQuery, what: str, *, opens: bool
) -> CalendarView:
    organization, now = organization_of(query.organization_id, caller, services), dt.datetime.now(dt.UTC)
    try:
        changed = services.calendar.open_on(organization, what, opens, caller.author("api"), now)
    except UnusableDay as unusable:
        raise Problem(404, unusable.detail) from None
    if not opens and not changed:
        raise Problem(404, "The business did not say so: GET /api/aurora/proactive/calendar has opensOn.")
    return _today(services, organization, now)


def _today(services: Services, organization: UUID, now: dt.datetime) -> CalendarView:
    today = services.calendar.today(organization, now)
    return calendar_view(organization, services.calendar.read(organization, today, today, now))


@contextmanager
def _unusable_as_problems() -> Iterator[None]:
    try:
        yield
    except UnusableDay as unusable:
        raise invalid(unusable.field, unusable.detail) from None
