"""/engajamento: what came of the messages of one organisation in a period, and of its campaigns."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from proactive.records.engagement import BOOKED_WITHIN, BookedAfter, Engagement, EngagementQueries
from proactive.records.engagement_figures import answer_time, figures_of
from proactive.web.pages import engagement_labels
from proactive.web.pages.engagement_csv import csv_lines
from proactive.web.pages.page_query import FormDate, FormOrganization, PageQuery
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.period import SPANS, Period, Span, period_of
from proactive.web.pages.rendering import page
from proactive.web.pages.scope import Scope, SignedInCaller, scope_of
from proactive.web.services import CurrentServices, Services

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)
PATH = "/engajamento"


class EngagementPageQuery(PageQuery):
    """The period (dates win over a named one) and the organisation."""

    periodo: Span = "30"
    de: FormDate = None
    ate: FormDate = None
    organizacao: FormOrganization = None


@router.get(PATH)
def engagement_page(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices,
    query: Annotated[EngagementPageQuery, Query()],
) -> Response:  # fmt: skip
    """The figures; an operator chooses whose first."""
    scope = scope_of(caller, query.organizacao, services, pages)
    now = dt.datetime.now(dt.UTC)
    period = _period(query, scope, now)
    values: dict[str, Any] = {"scope": scope, "period": period, "spans": SPANS, "words": engagement_labels}
    if scope.organization is not None:
        found, booked = _read(services, scope.organization, period, now)
        values |= {
            "found": found, "booked": booked, "total": figures_of(found.total), "time": answer_time(found.total),
            "types": [(counts, figures_of(counts), answer_time(counts)) for counts in found.types],
            "file": f"{PATH}.csv?{_address(scope.organization, period)}",
        }  # fmt: skip
    return page(request, "engajamento.html", **values)


@router.get(f"{PATH}.csv")
def engagement_csv(
    caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices,
    query: Annotated[EngagementPageQuery, Query()],
) -> Response:  # fmt: skip
    """Everything that the page shows, as a table."""
    scope = scope_of(caller, query.organizacao, services, pages)
    if scope.organization is None:
        raise Refusal(422, "Escolha a organização.")
    now = dt.datetime.now(dt.UTC)
    period = _period(query, scope, now)
    found, booked = _read(services, scope.organization, period, now)
    headers = {"Content-Disposition": f'attachment; filename="engajamento-{period.first}-{period.last}.csv"'}
    return Response(csv_lines(found, booked), media_type="text/csv; charset=utf-8", headers=headers)


def _period(query: EngagementPageQuery, scope: Scope, now: dt.datetime) -> Period:
    return period_of("datas" if query.de or query.ate else query.periodo, query.de, query.ate, scope.zone, now)


def _read(services: Services, organization: UUID, period: Period, now: dt.datetime) -> tuple[Engagement, BookedAfter]:
    queries = EngagementQueries(services.app.database)
    return (
        queries.engagement(organization, period.first, period.last, now),
        queries.booked_after(organization, period.first, period.last, now, BOOKED_WITHIN),
    )


def _address(organization: UUID, period: Period) -> str:
    return urlencode({"organizacao": organization, "de": period.first, "ate": period.last})
