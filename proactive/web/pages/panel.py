"""GET /painel: the figures of a period, for one or all organisations, and the live status."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from proactive.web.auth.callers import Caller
from proactive.web.pages import figures, live_status
from proactive.web.pages.page_query import FormDate, FormOrganization, PageQuery
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.page_services import CurrentPageServices, PageServices
from proactive.web.pages.period import SPANS, Span, period_of
from proactive.web.pages.rendering import page
from proactive.web.pages.scope import Scope, SignedInCaller, scope_of
from proactive.web.services import CurrentServices, Services

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
    query: Annotated[PanelQuery, Query()],
) -> Response:  # fmt: skip
    """The panel."""
    now = dt.datetime.now(dt.UTC)
    scope = scope_of(caller, query.organizacao, services, pages)
    span: Span = "datas" if query.de or query.ate else query.periodo
    period = period_of(span, query.de, query.ate, scope.zone, now)
    found = pages.queries.panel(period.first, period.last, scope.organization)
    return page(
        request, "painel.html", period=period, spans=SPANS, tiles=figures.tiles(found["totals"], found["before"]),
        totals=found["totals"], types=figures.with_bars(found["types"]),
        organizations=figures.with_bars(found["organizations"]), heat=figures.heat(found["heat"]),
        chart=figures.chart(period, found["series"]), **_live_values(caller, scope, services, pages, now),
    )  # fmt: skip


@router.get("/painel/agora")
def live_part(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices,
    query: Annotated[PanelQuery, Query()],
) -> Response:  # fmt: skip
    """The part of the panel with the live status, which the page replaces every few seconds."""
    now = dt.datetime.now(dt.UTC)
    scope = scope_of(caller, query.organizacao, services, pages)
    return page(request, "agora.html", **_live_values(caller, scope, services, pages, now))


@router.post("/painel/instancias/liberar")
def release(request: Request, caller: SignedInCaller, services: CurrentServices) -> Response:
    """Let an instance send again that WhatsApp's answers had stopped."""
    name = str(request.state.form.get("instancia", ""))
    breakers = services.app.breakers
    theirs = any(instance.name == name for instance in breakers.stopped(caller.confined(None)))
    if not theirs or not breakers.release(name):
        raise Refusal(404, "Esta instância não está parada.")
    return RedirectResponse("/painel", 303)


def _live_values(
    caller: Caller, scope: Scope, services: Services, pages: PageServices, now: dt.datetime
) -> dict[str, Any]:
    """The values that the template of the live status shows."""
    app, operator = services.app, caller.kind == "service"
    instances = pages.queries.present(scope.organization)
    return {
        "scope": scope,
        "now": now,
        "operator": operator,
        "instances": instances,
        "operation": live_status.operation(app.redis, pages.queue) if operator else None,
        "upcoming_runs": live_status.upcoming_runs(app.schedule, instances["owners"], now),
        "pauses": [
            entry for entry in app.pauses.listed()
            if entry.organization_id is None or scope.organization in (None, entry.organization_id)
        ],
    }  # fmt: skip
