"""/descadastros: who wants no campaigns, found by phone (posted, never in an address), confirmed or undone."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BeforeValidator

from proactive.campaigns.reading import OptOutFilter, OptOutLevel
from proactive.web.pages.campaign_context import Row, reading_of
from proactive.web.pages.page_query import FormOrganization, PageMoment, PageQuery, none_if_empty
from proactive.web.pages.page_route import PrivateRoute
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.rendering import page
from proactive.web.pages.scope import Scope, SignedInCaller, named_scope, scope_of
from proactive.web.services import CurrentServices, Services

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)

PATH = "/descadastros"
_ON_A_PAGE = 40
#: As many as one number may have: its own, its client's, the pets'.
_OF_A_PHONE = 20
Done = Literal["confirmar", "desfazer", "incluir"]
_DONE = {
    "confirmar": "Confirmado: este cliente não recebe mais campanhas.",
    "desfazer": "Desfeito: este cliente pode voltar a receber campanhas.",
    "incluir": "Incluído: este telefone não recebe mais campanhas.",
}  # fmt: skip


class OptOutSearch(PageQuery):
    """The filters of the list; `antes` and `antes_id` are the last row of the page before, `feito` what was done."""

    nivel: Annotated[OptOutLevel | None, BeforeValidator(none_if_empty)] = None
    organizacao: FormOrganization = None
    antes: PageMoment | None = None
    antes_id: UUID | None = None
    feito: Done | None = None


@router.get(PATH)
def opt_out_list(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices,
    query: Annotated[OptOutSearch, Query()],
) -> Response:  # fmt: skip
    """Opt-outs, newest first."""
    scope = scope_of(caller, query.organizacao, services, pages)
    return show(request, services, scope, query, done=_DONE.get(query.feito or ""))


@router.post(f"{PATH}/procurar")
def search(request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices) -> Response:
    """What a number has; it was posted, so that it stands in no address, history or log."""
    scope, organization = named_scope(request, caller, services, pages)
    phone = str(request.state.form.get("telefone", ""))[:30]
    wanted = OptOutFilter(organization, phone=phone)
    rows = reading_of(services).opt_outs(wanted, None, _OF_A_PHONE, dt.datetime.now(dt.UTC))
    return show(request, services, scope, OptOutSearch(), searched=rows)


def show(
    request: Request, services: Services, scope: Scope, query: OptOutSearch, *, searched: list[Row] | None = None,
    done: str | None = None, refusal: str | None = None, status: int = 200,
) -> Response:  # fmt: skip
    """The page; `searched` are the rows of a number, `refusal` is why what was asked for was not done."""
    now = dt.datetime.now(dt.UTC)
    values: dict[str, Any] = {"rows": searched, "counts": {}, "following": None, "first": None}
    if scope.organization is not None:
        reading = reading_of(services)
        values["counts"] = reading.opt_out_counts(scope.organization, now)
        if searched is None:
            after = (query.antes, query.antes_id) if query.antes and query.antes_id else None
            found = reading.opt_outs(OptOutFilter(scope.organization, query.nivel), after, _ON_A_PAGE + 1, now)
            rows = values["rows"] = found[:_ON_A_PAGE]
            fields = query.model_dump(mode="json", exclude_none=True, exclude={"antes", "antes_id", "feito"})
            last = {"antes": rows[-1]["since"], "antes_id": rows[-1]["id"]} if len(found) > _ON_A_PAGE else {}
            values["following"] = urlencode(fields | last) if last else None
            values["first"] = urlencode(fields) if after else None
    return page(
        request, "descadastros.html", status, scope=scope, query=query, searched=searched is not None, done=done,
        refusal=refusal, **values,
    )  # fmt: skip
