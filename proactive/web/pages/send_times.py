"""/horarios: which messages go out, and when; the organisation's default, and each owner's choice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BeforeValidator

from proactive.errors import RecordRefused
from proactive.facts.organizations import OrganizationOwners
from proactive.jobs.choosing import choose
from proactive.message_types.base import MessageType
from proactive.model.quiet_hours import QuietHours
from proactive.send_times.checks import UnusableChoice, check_time, choosable
from proactive.send_times.overview import TypeTime, times_of
from proactive.send_times.store import SendTimes, TimeChange
from proactive.send_times.window import TimeWindow
from proactive.web.pages.page_query import FormOrganization, PageQuery, none_if_empty
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.rendering import page
from proactive.web.pages.scope import Scope, SignedInCaller, named_scope, scope_of
from proactive.web.services import CurrentServices, Services

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)

PATH = "/horarios"
#: Minutes between two times that the page offers; by WhatsApp and the API every minute can be chosen.
_STEP = 15
_CHANGES_SHOWN = 10


class TimesQuery(PageQuery):
    """Whose; `feito` is the type that was chosen for just now, `desde` from when on that counts."""

    organizacao: FormOrganization = None
    dono: Annotated[UUID | None, BeforeValidator(none_if_empty)] = None
    feito: str | None = None
    desde: Literal["hoje", "amanha"] | None = None


@router.get(PATH)
def times_page(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices,
    query: Annotated[TimesQuery, Query()],
) -> Response:  # fmt: skip
    """A row a type: its switch, its time, where that comes from, and the way back."""
    scope = scope_of(caller, query.organizacao, services, pages)
    return _page(request, services, scope, query.dono, query)


@router.post(PATH)
def choose_time(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices
) -> Response:
    """Switch a type, choose its time, or take the choice back."""
    scope, organization = named_scope(request, caller, services, pages)
    fields, now = request.state.form, dt.datetime.now(dt.UTC)
    owner = _owner_named(fields.get("dono", ""))
    try:
        type_ = choosable(fields.get("tipo", ""))
        change = _change(fields, type_, services.app.pipeline.quiet)
    except UnusableChoice as unusable:
        return _page(request, services, scope, owner, TimesQuery(), unusable.words, status=422)
    try:
        chosen = choose(services.app, organization, owner, (type_.name,), change, caller.author("page"), now, now)
    except RecordRefused:
        raise Refusal(404, "Este dono não existe mais na organização.") from None
    since = "hoje" if any(each.from_today for each in chosen) else "amanha"
    whose = {"dono": str(owner)} if owner else {}
    address = urlencode({"organizacao": organization, **whose, "feito": type_.name, "desde": since})
    return RedirectResponse(f"{PATH}?{address}", 303)


def _owner_named(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Refusal(404, "Este dono não existe.") from None


def _change(fields: Mapping[str, str], type_: MessageType, quiet: QuietHours) -> TimeChange:
    """What a form asks for: its button says what is done, the time counts where none does."""
    deed = fields.get("acao", "")
    if deed in ("ligar", "desligar"):
        return TimeChange(deed == "ligar", keeps_time=True)
    if deed == "voltar":
        return TimeChange(None)
    try:
        at = dt.time.fromisoformat(fields.get("hora", ""))
    except ValueError:
        raise UnusableChoice("time", "no time", "Escolha um horário da lista.") from None
    return TimeChange(True, check_time(type_, at, quiet))


def _page(
    request: Request, services: Services, scope: Scope, owner: UUID | None, query: TimesQuery,
    problem: str | None = None, *, status: int = 200,
) -> Response:  # fmt: skip
    values: dict[str, Any] = {"scope": scope, "problem": problem, "owner": owner, "query": query}
    if scope.organization is not None:
        found = services.app.organizations.owners(scope.organization)
        values |= _values(services, scope.organization, owner, found or OrganizationOwners(scope.zone, ()))
    return page(request, "horarios.html", status, **values)


def _values(services: Services, organization: UUID, owner: UUID | None, found: OrganizationOwners) -> dict[str, Any]:
    if owner is not None and owner not in found.owners:
        raise Refusal(404, "Este dono não existe nesta organização.")
    store, quiet = SendTimes(services.app.database), services.app.pipeline.quiet
    chosen = store.of(organization)
    return {
        "times": [(each, _offered(each)) for each in times_of(owner, chosen, quiet)],
        "owners": found.entries, "quiet": quiet, "changes": store.changes(organization, _CHANGES_SHOWN),
        "exceptions": {each.owner for each in chosen if each.owner is not None},
        "whose": next((each.name for each in found.entries if each.id == owner), None),
    }  # fmt: skip


def _offered(time: TypeTime) -> list[dt.time]:
    """The times that the page offers for a type: a step apart, both ends, and the one that holds."""
    if time.window is None:
        return []
    return sorted({*_steps(time.window), time.window.last, time.at})


def _steps(window: TimeWindow) -> list[dt.time]:
    first, last = (60 * each.hour + each.minute for each in (window.first, window.last))
    return [dt.time(minute // 60, minute % 60) for minute in range(first, last + 1, _STEP)]
