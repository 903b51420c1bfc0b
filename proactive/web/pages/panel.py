"""GET /painel: how it goes, for a period and one or all organisations, and what is so at this moment."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BeforeValidator

from proactive.records.panel_queries import PanelQueries
from proactive.web.auth.callers import Caller
from proactive.web.pages import figures, labels, live_status
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.period import SPANS, Form, FormDate, Span, blank, period_of
from proactive.web.pages.rendering import page
from proactive.web.problems import Problem
from proactive.web.services import CurrentServices, Services

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)

FormOrganization = Annotated[UUID | None, BeforeValidator(blank)]


class PanelQuery(Form):
    """What the panel is asked for; dates win over a named period."""

    periodo: Span = "30"
    de: FormDate = None
    ate: FormDate = None
    organizacao: FormOrganization = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures: an organisation's, in its zone, or all of them. `choices` is empty for a signed-in user."""

    organization: UUID | None
    zone: str
    choices: list[dict[str, Any]]


@router.get("/painel")
def panel(request: Request, services: CurrentServices, query: Annotated[PanelQuery, Query()]) -> Response:
    """The panel."""
    caller, now = caller_of(request), dt.datetime.now(dt.UTC)
    scope = scope_of(request, services, query.organizacao)
    span: Span = "datas" if query.de or query.ate else query.periodo
    period = period_of(span, query.de, query.ate, scope.zone, now)
    found = queries_of(request).panel(period.first, period.last, scope.organization)
    return page(
        request, "painel.html", scope=scope, period=period, spans=SPANS, now=now,
        tiles=figures.tiles(found["totals"], found["before"]), totals=found["totals"],
        types=_barred(found["types"]), organizations=_barred(found["organizations"]),
        heat=figures.heat(found["heat"]), chart=figures.chart(period, found["series"]), **_present(request, scope, now),
        operator=caller.kind == "service",
    )  # fmt: skip


@router.get("/painel/agora")
def now_part(request: Request, services: CurrentServices, query: Annotated[PanelQuery, Query()]) -> Response:
    """The part of the panel that is about this moment: what the page exchanges every few seconds."""
    now = dt.datetime.now(dt.UTC)
    scope = scope_of(request, services, query.organizacao)
    operator = caller_of(request).kind == "service"
    return page(request, "agora.html", scope=scope, now=now, operator=operator, **_present(request, scope, now))


def caller_of(request: Request) -> Caller:
    """Who is signed in."""
    return cast(Caller, request.state.session.caller)


def queries_of(request: Request) -> PanelQueries:
    """What the pages read with."""
    return cast(PanelQueries, request.app.state.reading)


def scope_of(request: Request, services: Services, named: UUID | None) -> Scope:
    """Whose figures are shown.

    Raises:
        Refusal: 403, a user names another organisation; 404, there is no such organisation.
    """
    caller = caller_of(request)
    try:
        organization = caller.confined(named)
    except Problem:
        raise Refusal(403, "Você vê somente a sua própria organização.") from None
    choices = queries_of(request).choices() if caller.kind == "service" else []
    if organization is None:
        return Scope(None, labels.COMMON_ZONE, choices)
    addressees = services.history.addressees(organization)
    if addressees is None:
        raise Refusal(404, "Esta organização não existe.")
    return Scope(organization, addressees.timezone, choices)


def _present(request: Request, scope: Scope, now: dt.datetime) -> dict[str, Any]:
    app = cast(Services, request.app.state.services).app
    found = queries_of(request).present(scope.organization)
    operator = caller_of(request).kind == "service"
    return {
        "present": found,
        "operation": live_status.operation(app) if operator else None,
        "departures": live_status.departures(app, found["owners"], now),
        "pauses": [
            entry for entry in app.pauses.listed()
            if entry.organization_id is None or scope.organization in (None, entry.organization_id)
        ],
    }  # fmt: skip


def _barred(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with the widths of their bars, the longest of them 100."""
    most = max((row["sent"] + row["failed"] for row in rows), default=0)
    return [
        row | {"sent_width": figures.share(row["sent"], most), "failed_width": figures.share(row["failed"], most)}
        for row in rows
    ]
