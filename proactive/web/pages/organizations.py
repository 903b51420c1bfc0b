"""GET /organizacoes: the organisations, to find one by its name; and the suggestions while somebody writes one."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BeforeValidator

from proactive.web.auth.callers import Caller
from proactive.web.pages import labels
from proactive.web.pages.figures import Behind
from proactive.web.pages.page_query import FormDate, PagedQuery, PageQuery, SearchText, none_if_empty
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.period import Span, period_of
from proactive.web.pages.rendering import page
from proactive.web.pages.scope import SignedInCaller

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)

_SUGGESTED = 12


class OrganizationSearch(PagedQuery):
    """Which organisations: those with a text in their name, and the local days that their figures are of."""

    q: Annotated[SearchText | None, BeforeValidator(none_if_empty)] = None
    de: FormDate = None
    ate: FormDate = None


class SuggestionQuery(PageQuery):
    """What somebody has written of a name."""

    q: SearchText


@router.get("/organizacoes")
def organization_list(
    request: Request, caller: SignedInCaller, pages: CurrentPageServices, query: Annotated[OrganizationSearch, Query()]
) -> Response:
    """A page of the organisations."""
    _operators_only(caller)
    span: Span = "datas" if query.de or query.ate else "30"
    period = period_of(span, query.de, query.ate, labels.COMMON_ZONE, dt.datetime.now(dt.UTC))
    found = pages.queries.organizations(query.q, period.first, period.last, query.on_a_page, query.offset)
    return page(
        request, "organizacoes.html", rows=found["rows"], count=found["count"], query=query, period=period,
        behind=Behind(period, None),
    )  # fmt: skip


@router.get("/organizacoes/sugestoes")
def suggestions(
    caller: SignedInCaller, pages: CurrentPageServices, query: Annotated[SuggestionQuery, Query()]
) -> JSONResponse:
    """The names that fit best."""
    _operators_only(caller)
    today = dt.datetime.now(dt.UTC).date()
    found = pages.queries.organizations(query.q, today, today, _SUGGESTED)
    return JSONResponse({"names": [row["name"] for row in found["rows"]], "count": found["count"]})


def _operators_only(caller: Caller) -> None:
    if caller.kind != "service":
        raise Refusal(404, "Não há nada neste endereço.")
