"""/campanhas/ajustes: what an organisation says once before it may send, and what it lowers."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from proactive.campaigns.acceptance import RISK, Acceptance, LegalBasis, UnusableAcceptance
from proactive.campaigns.number_report import NumberReports
from proactive.campaigns.progress import day_room
from proactive.campaigns.readiness import readiness
from proactive.campaigns.wording import CAUSES_OF_PAUSE
from proactive.text.sanitize import clean_text
from proactive.web.pages.campaign_context import terms_of
from proactive.web.pages.campaign_labels import BASES
from proactive.web.pages.page_query import FormOrganization, PageQuery
from proactive.web.pages.page_route import PrivateRoute
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.rendering import page
from proactive.web.pages.scope import Scope, SignedInCaller, named_scope, scope_of
from proactive.web.services import CurrentServices, Services

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)

PATH = "/campanhas/ajustes"
_LIMIT = re.compile(r"[1-9]\d{0,2}")
#: The longest texts of the form, in characters.
_LONGEST = {"quem": 80, "referencia": 200, "loja": 60, "custo": 160}
_FIELDS = (*_LONGEST, "aceito", "base", "limite", "desde")


class SettingsQuery(PageQuery):
    """Whose settings are shown; `feito` that they were kept just now."""

    organizacao: FormOrganization = None
    feito: str | None = None


@router.get(PATH)
def settings_page(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices,
    query: Annotated[SettingsQuery, Query()],
) -> Response:  # fmt: skip
    """The form, with what was accepted before."""
    scope = scope_of(caller, query.organizacao, services, pages)
    return _page(request, services, scope, saved=query.feito is not None)


@router.post(PATH)
def keep(request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices) -> Response:
    """Keep who accepts, on which basis, and what is lowered."""
    scope, organization = named_scope(request, caller, services, pages)
    fields, now = request.state.form, dt.datetime.now(dt.UTC)
    caps = services.app.campaign_options.pace.caps
    try:
        acceptance = _accepted(fields, caps).checked(caps, now)
    except UnusableAcceptance as unusable:
        return _page(request, services, scope, fields, unusable.words, status=422)
    services.app.acceptances.keep(organization, acceptance, caller.author("page"), now)
    return RedirectResponse(f"{PATH}?organizacao={organization}&feito=1", 303)


def _accepted(fields: Mapping[str, str], caps: tuple[int, ...]) -> Acceptance:
    basis = fields.get("base", "")
    if basis not in BASES:
        raise UnusableAcceptance("legalBasis", "no basis", "Escolha em qual base legal a loja escreve.")
    text = {name: (clean_text(fields.get(name, "")) or "").strip() for name in _LONGEST}
    if any(len(text[name]) > longest for name, longest in _LONGEST.items()):
        raise UnusableAcceptance("text", "too long", "Um dos textos é longo demais.")
    return Acceptance(
        accepted_by=text["quem"], accepts_ban_risk=fields.get("aceito") == "sim",
        legal_basis=cast(LegalBasis, basis), basis_reference=text["referencia"] or None,
        business_name=text["loja"] or None, cost_sentence=text["custo"] or None,
        daily_caps=_lowered(fields.get("limite", "").strip(), caps), used_since=_day(fields.get("desde", "").strip()),
    )  # fmt: skip


def _lowered(limit: str, caps: tuple[int, ...]) -> tuple[int, ...] | None:
    """The caps of each level, none above what the organisation wants as the most of a day."""
    if not limit:
        return None
    if not _LIMIT.fullmatch(limit) or int(limit) > max(caps):
        raise UnusableAcceptance("dailyCaps", "no cap", f"O máximo por dia é um número de 1 a {max(caps)}.")
    return tuple(min(cap, int(limit)) for cap in caps)


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = dt.date.min
    if day.year < 2000:
        raise UnusableAcceptance("usedSince", "no date", "Diga desde quando o número está em uso: um dia.")
    return day


def _page(
    request: Request, services: Services, scope: Scope, fields: Mapping[str, str] | None = None,
    problem: str | None = None, *, saved: bool = False, status: int = 200,
) -> Response:  # fmt: skip
    values: dict[str, Any] = {"scope": scope, "problem": problem, "saved": saved, "risk": RISK, "longest": _LONGEST}
    if scope.organization is not None:
        values |= _values(services, scope.organization, fields)
    return page(request, "ajustes.html", status, **values)


def _values(services: Services, organization: UUID, fields: Mapping[str, str] | None) -> dict[str, Any]:
    accepted = services.app.acceptances.of(organization)
    now, options = dt.datetime.now(dt.UTC), services.app.campaign_options
    terms, reports = terms_of(services, organization, now), NumberReports(services.app.database, options.pace)
    form = _form_of(accepted) if fields is None else {name: fields.get(name, "") for name in _FIELDS}
    return {
        "accepted": accepted, "form": form, "needs": readiness(terms), "room": day_room(terms, options),
        "most": max(options.pace.caps), "business": terms.business, "health": reports.of(organization, now),
        "causes": CAUSES_OF_PAUSE,
    }  # fmt: skip


def _form_of(accepted: Mapping[str, Any] | None) -> dict[str, Any]:
    """The form as it was kept; who changes something accepts anew."""
    if accepted is None:
        return dict.fromkeys(_FIELDS, "")
    caps = accepted["daily_caps"]
    return {
        "quem": accepted["accepted_by"], "aceito": "", "base": accepted["legal_basis"],
        "referencia": accepted["basis_reference"] or "", "loja": accepted["business_name"] or "",
        "custo": accepted["cost_sentence"] or "", "limite": max(caps) if caps else "",
        "desde": accepted["used_since"] or "",
    }  # fmt: skip
