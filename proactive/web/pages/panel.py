"""GET /painel: what is so now, then the figures of a period, for one or all organisations."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from proactive.errors import SupabaseError
from proactive.web.monitoring import CurrentMonitoring
from proactive.web.pages import figures
from proactive.web.pages.live_status import LiveStatus, live_status
from proactive.web.pages.page_query import FormDate, FormOrganization, PageQuery
from proactive.web.pages.page_route import PrivateRoute
from proactive.web.pages.page_services import CurrentPageServices, PageServices
from proactive.web.pages.period import SPANS, Period, Span, period_of
from proactive.web.pages.rendering import page
from proactive.web.pages.scope import SignedInCaller
from proactive.web.services import CurrentServices

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)


class PanelQuery(PageQuery):
    """The panel's period and organisation; dates win over a named period."""

    periodo: Span = "30"
    de: FormDate = None
    ate: FormDate = None
    organizacao: FormOrganization = None


@router.get("/painel")
def panel(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices,
    monitoring: CurrentMonitoring, query: Annotated[PanelQuery, Query()],
) -> Response:  # fmt: skip
    """The panel; what cannot be read is left out, and said."""
    now = dt.datetime.now(dt.UTC)
    live = live_status(caller, query.organizacao, services, pages, monitoring, now)
    span: Span = "datas" if query.de or query.ate else query.periodo
    period = period_of(span, query.de, query.ate, live.scope.zone, now)
    return page(
        request, "painel.html", live=live, scope=live.scope, period=period, spans=SPANS,
        figures=_figures(live, period, pages),
    )  # fmt: skip


@router.get("/painel/agora")
def live_part(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices,
    monitoring: CurrentMonitoring, query: Annotated[PanelQuery, Query()],
) -> Response:  # fmt: skip
    """The part of the panel with what is so now, which the page replaces every few seconds."""
    live = live_status(caller, query.organizacao, services, pages, monitoring, dt.datetime.now(dt.UTC))
    return page(request, "agora.html", live=live, scope=live.scope)


def _figures(live: LiveStatus, period: Period, pages: PageServices) -> dict[str, Any] | None:
    """What the template shows of a period; None where it cannot be read, or nothing was ever sent."""
    if live.present is None or not live.present.any_message:
        return None
    try:
        found = pages.queries.panel(period.first, period.last, live.scope.organization)
    except SupabaseError:
        return None
    return figures.of_panel(found, period, live.scope.organization)
