"""/calendario: twelve months of a business's days, each with why it is open or closed, and what is said of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from proactive.calendar.business_calendar import BusinessCalendar, DayOfCalendar
from proactive.calendar.exceptions import horizon
from proactive.calendar.states import STATES
from proactive.feeds.store import MOST_FEEDS
from proactive.web.pages.calendar_months import bounds, months_of
from proactive.web.pages.page_query import FormDate, FormOrganization, PageQuery
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.rendering import page
from proactive.web.pages.scope import Scope, SignedInCaller, scope_of
from proactive.web.services import CurrentServices, Services

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)

PATH = "/calendario"
Done = Literal[
    "fechado", "aberto", "horas", "normal", "seguir", "parar", "lugar", "nao", "abrimos", "resumo", "cidade",
    "agenda", "sem-agenda",
]  # fmt: skip
#: Where on the page the feeds are.
FEEDS_PLACE = "agendas"
#: As many open questions are shown at once; the others unfold.
_QUESTIONS = 2


class CalendarSearch(PageQuery):
    """Whose calendar; `dia` is the day that is looked at, `feito` what was done just now (with days `dia` to `ate`);
    `desfaz`: nothing had been said of them, so that taking it back undoes it."""

    organizacao: FormOrganization = None
    dia: FormDate = None
    feito: Done | None = None
    ate: FormDate = None
    desfaz: bool = False


@router.get(PATH)
def calendar_page(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices,
    query: Annotated[CalendarSearch, Query()],
) -> Response:  # fmt: skip
    """The page; `dia` opens one of its days."""
    return show(request, services, scope_of(caller, query.organizacao, services, pages), query)


@router.get(f"{PATH}/dia")
def day_part(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices,
    query: Annotated[CalendarSearch, Query()],
) -> Response:  # fmt: skip
    """The part that shows one day with its buttons."""
    scope = scope_of(caller, query.organizacao, services, pages)
    if scope.organization is None or query.dia is None:
        raise Refusal(422, "Escolha a organização e o dia.")
    read = services.calendar.read(scope.organization, query.dia, query.dia, dt.datetime.now(dt.UTC))
    return page(request, "calendario_dia.html", scope=scope, form={}, problem=None, **_one(read, read.days[0]))


def show(
    request: Request, services: Services, scope: Scope, query: CalendarSearch, *, problem: str | None = None,
    feed_problem: str | None = None, form: Mapping[str, str] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    """The page; `problem` is why what the `form` asked for was not done, `feed_problem` why a feed was not added."""
    values: dict[str, Any] = {
        "scope": scope, "query": query, "problem": problem, "feed_problem": feed_problem, "form": form or {},
        "states": STATES, "chosen": None,
    }  # fmt: skip
    if scope.organization is not None:
        values |= _values(services, scope.organization, query)
    return page(request, "calendario.html", status, **values)


def _values(services: Services, organization: UUID, query: CalendarSearch) -> dict[str, Any]:
    now = dt.datetime.now(dt.UTC)
    # one day more at each end: the organisation's today may not be UTC's
    first, last = bounds(now.date() - dt.timedelta(days=1))[0], bounds(now.date() + dt.timedelta(days=1))[1]
    read = services.calendar.read(organization, first, last, now)
    first, last = bounds(read.today)
    days = [day for day in read.days if first <= day.date <= last]
    open_questions = [day for day in days if day.date >= read.today and day.state == "doubtful"]
    values: dict[str, Any] = {
        "calendar": read, "months": months_of(days, read.today), "questions": open_questions, "first": _QUESTIONS,
        "feeds": services.subscriptions.of(organization, now), "feeds_possible": services.subscriptions.possible,
        "most_feeds": MOST_FEEDS, "now": now,
    }  # fmt: skip
    if query.dia is not None and query.feito is None:
        chosen = next((day for day in days if day.date == query.dia), None)
        chosen = chosen or services.calendar.read(organization, query.dia, query.dia, now).days[0]
        values |= _one(read, chosen)
    return values


def _one(read: BusinessCalendar, day: DayOfCalendar) -> dict[str, Any]:
    return {"calendar": read, "chosen": day, "is_over": day.date < read.today, "until": horizon(read.today)}
