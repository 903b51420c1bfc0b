"""/engajamento: what came of the messages of one organisation in a period, and of its campaigns."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import StringConstraints

from proactive.campaigns.effect import CampaignEffect
from proactive.campaigns.effects import CampaignEffects
from proactive.records.engagement import BOOKED_WITHIN, BookedAfter, Engagement, EngagementQueries
from proactive.records.engagement_figures import answer_time, figures_of
from proactive.web.pages import effect_words, engagement_labels
from proactive.web.pages.engagement_csv import csv_lines
from proactive.web.pages.page_query import FormDate, FormOrganization, PageQuery
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.period import SPANS, Period, Span, period_of
from proactive.web.pages.rendering import page
from proactive.web.pages.scope import Scope, SignedInCaller, named_scope, scope_of
from proactive.web.services import CurrentServices, Services

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)
PATH = "/engajamento"
_SHARES: dict[str, float | None] = {"90": 0.9, "80": 0.8, "100": None}
#: What is told after the form: its tone, and the words.
_TOLD = {
    "medido": ("good", "Combinado: nas próximas campanhas, alguns clientes ficam de fora para medir o efeito."),
    "desligado": ("good", "Combinado: as próximas campanhas vão para todos."),
    "termos": ("bad", "Antes, a loja precisa aceitar enviar campanhas, em Campanhas, Ajustes."),
}


class EngagementPageQuery(PageQuery):
    """The period (dates win over a named one) and the organisation."""

    periodo: Span = "30"
    de: FormDate = None
    ate: FormDate = None
    organizacao: FormOrganization = None
    feito: Annotated[str | None, StringConstraints(max_length=20)] = None


@router.get(PATH)
def engagement_page(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices,
    query: Annotated[EngagementPageQuery, Query()],
) -> Response:  # fmt: skip
    """The figures; an operator chooses whose first."""
    scope = scope_of(caller, query.organizacao, services, pages)
    now = dt.datetime.now(dt.UTC)
    period = _period(query, scope, now)
    values: dict[str, Any] = {
        "scope": scope, "period": period, "spans": SPANS, "words": engagement_labels, "effects": effect_words,
    }  # fmt: skip
    if scope.organization is not None:
        found, booked, effect = _read(services, scope.organization, period, now)
        values |= {
            "found": found, "booked": booked, "effect": effect, "told": _TOLD.get(query.feito or ""),
            "total": figures_of(found.total), "time": answer_time(found.total),
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
    found, booked, effect = _read(services, scope.organization, period, now)
    headers = {"Content-Disposition": f'attachment; filename="engajamento-{period.first}-{period.last}.csv"'}
    return Response(csv_lines(found, booked, effect), media_type="text/csv; charset=utf-8", headers=headers)


@router.post(f"{PATH}/medir")
def measure(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices
) -> Response:
    """Switch measuring on (with the share that is written to) or off."""
    _, organization = named_scope(request, caller, services, pages)
    wanted = str(request.state.form.get("parte", ""))
    if wanted not in _SHARES:
        raise Refusal(422, "Escolha quantos clientes recebem.")
    kept = CampaignEffects(services.app.database).measure(organization, _SHARES[wanted], caller.author("page"))
    done = ("medido" if _SHARES[wanted] else "desligado") if kept else "termos"
    return RedirectResponse(f"{PATH}?organizacao={organization}&feito={done}#t-efeito", 303)


def _period(query: EngagementPageQuery, scope: Scope, now: dt.datetime) -> Period:
    return period_of("datas" if query.de or query.ate else query.periodo, query.de, query.ate, scope.zone, now)


def _read(
    services: Services, organization: UUID, period: Period, now: dt.datetime
) -> tuple[Engagement, BookedAfter, CampaignEffect]:
    queries = EngagementQueries(services.app.database)
    return (
        queries.engagement(organization, period.first, period.last, now),
        queries.booked_after(organization, period.first, period.last, now, BOOKED_WITHIN),
        CampaignEffects(services.app.database).of(organization, now),
    )


def _address(organization: UUID, period: Period) -> str:
    return urlencode({"organizacao": organization, "de": period.first, "ate": period.last})
