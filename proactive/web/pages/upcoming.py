"""/proximas: what goes out in the next seven days, to whom, when, and why not."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BeforeValidator

from proactive.jobs.upcoming import reader_of
from proactive.model.zones import zone_info
from proactive.web.pages import upcoming_labels
from proactive.web.pages.page_query import FormOrganization, PageQuery, none_if_empty
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.rendering import page
from proactive.web.pages.scope import Scope, SignedInCaller, scope_of
from proactive.web.services import CurrentServices, Services

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)

PATH = "/proximas"
#: So many organisations on a page of all of them, and messages of each.
_ON_A_PAGE, _OF_EACH = 20, 3
Action = Literal["pular", "desfazer", "enviar"]
_DONE: dict[str, str] = {
    "pular": "Pulada: esta mensagem não sai. Dá para desfazer até a hora dela.",
    "desfazer": "Desfeito: esta mensagem sai na hora dela.",
    "enviar": "Mandamos sair agora. O que acontecer com ela aparece em Mensagens.",
}


class UpcomingSearch(PageQuery):
    """Whose messages; `depois` is the last organisation of the page before, `feito` what was done just now."""

    organizacao: FormOrganization = None
    depois: Annotated[UUID | None, BeforeValidator(none_if_empty)] = None
    feito: Action | None = None


@router.get(PATH)
def upcoming_list(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices,
    query: Annotated[UpcomingSearch, Query()],
) -> Response:  # fmt: skip
    """The messages of an organisation by day; of all of them the next ones of each, in pages."""
    scope = scope_of(caller, query.organizacao, services, pages)
    if scope.organization is None:
        return _all(request, services, scope, query.depois)
    return show(request, services, scope, done=_DONE.get(query.feito or ""))


def show(
    request: Request, services: Services, scope: Scope, *, done: str | None = None, refusal: str | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    """The page of one organisation; `refusal` is why what was asked for was not done."""
    if scope.organization is None:
        raise Refusal(422, "Escolha a organização.")
    now = dt.datetime.now(dt.UTC)
    found = reader_of(services.app).of(scope.organization, now)
    if found is None:
        raise Refusal(404, "Esta organização não existe.")
    today = now.astimezone(zone_info(found.timezone)).date()
    owners = {each.task.recipient.id for each in found.messages}
    silent = upcoming_labels.silent_owners(found.messages)
    return page(
        request, "proximas.html", status, scope=scope, now=now, today=today, several=len(owners - set(silent)) > 1,
        messages=[each for each in found.messages if each.task.recipient.id not in silent], silent=silent,
        done=done, refusal=refusal,
    )  # fmt: skip


def _all(request: Request, services: Services, scope: Scope, after: UUID | None) -> Response:
    now = dt.datetime.now(dt.UTC)
    found = reader_of(services.app).page(None, after, _ON_A_PAGE, now)
    following = found[-1].organization if len(found) == _ON_A_PAGE else None
    return page(
        request, "proximas_todas.html", scope=scope, found=found, of_each=_OF_EACH, now=now, following=following,
        first=after is not None,
    )  # fmt: skip
