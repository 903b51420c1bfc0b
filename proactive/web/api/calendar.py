"""A business's calendar: its days, with why each is what it is, and what the business says of them by hand."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query

from proactive.calendar.exceptions import DayException, checked_days
from proactive.calendar.unusable import UnusableDay
from proactive.web.api.addresses import PATH
from proactive.web.api.calendar_schemas import (
    CalendarQuery,
    CalendarView,
    Day,
    DayRequest,
    StretchQuery,
    calendar_view,
)
from proactive.web.api.campaign_requests import organization_of
from proactive.web.api.request_model import NoQuery
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import MAY_MISS, TAKES_BODY, refusals
from proactive.web.problems import Problem, invalid
from proactive.web.services import CurrentCaller, CurrentServices

router = APIRouter(route_class=GuardedRoute, tags=["calendar"], prefix=f"{PATH}/calendar")
#: Days of one answer.
_MOST_DAYS = 400
_YEAR = dt.timedelta(days=364)


@router.get("", responses=refusals())
def get_calendar(
    caller: CurrentCaller, services: CurrentServices, query: Annotated[CalendarQuery, Query()]
) -> CalendarView:
    """The days of a stretch: open, closed or doubtful, why, and in which hours."""
    organization, now = organization_of(query.organization_id, caller, services), dt.datetime.now(dt.UTC)
    first = query.since or services.calendar.today(organization, now)
    last = query.until or min(first + _YEAR, dt.date(2099, 12, 31))
    if last < first:
        raise invalid("query.to", "It is before from: turn them round.")
    if (last - first).days >= _MOST_DAYS:
        raise invalid("query.to", f"Ask for at most {_MOST_DAYS} days at once.")
    return calendar_view(organization, services.calendar.read(organization, first, last, now))


@router.put("/days/{date}", responses=refusals(*TAKES_BODY))
def put_day(
    date: Day, body: DayRequest, caller: CurrentCaller, services: CurrentServices, _: Annotated[NoQuery, Query()]
) -> CalendarView:
    """Say what a day, or a stretch of days, is. It takes the place of what was said of these days before; days around
    them stay as they were said. The same again changes nothing. Answers these days as they are now."""
    organization, now = organization_of(body.organization_id, caller, services), dt.datetime.now(dt.UTC)
    exception = DayException(date, body.last_day or date, body.says, body.hours, body.title)
    try:
        checked = exception.checked(services.calendar.today(organization, now))
    except UnusableDay as unusable:
        raise invalid(unusable.field, unusable.detail) from None
    services.calendar.say(organization, checked, caller.author("api"))
    return calendar_view(organization, services.calendar.read(organization, checked.first, checked.last, now))


@router.delete("/days/{date}", responses=refusals(*MAY_MISS))
def delete_day(
    date: Day, caller: CurrentCaller, services: CurrentServices, query: Annotated[StretchQuery, Query()]
) -> CalendarView:
    """Take back whatever was said of a day, or of the days up to `lastDay`: they are as hours, holidays and feeds have
    them. Of a longer stretch only these days are taken out. Answers these days as they are now."""
    organization, now = organization_of(query.organization_id, caller, services), dt.datetime.now(dt.UTC)
    last = query.last_day or date
    try:
        checked_days(date, last, services.calendar.today(organization, now))
    except UnusableDay as unusable:
        raise invalid(unusable.field, unusable.detail) from None
    if not services.calendar.unsay(organization, date, last, caller.author("api")).changed:
        raise Problem(404, "Nothing was said of these days: GET /api/aurora/proactive/calendar shows what was.")
    return calendar_view(organization, services.calendar.read(organization, date, last, now))
