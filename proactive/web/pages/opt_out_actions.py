"""What people do on /descadastros: confirm who probably left, undo, end a mourning, add a number."""

from __future__ import annotations

import datetime as dt
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from proactive.campaigns.block_lists import ImportedList, import_block_list
from proactive.errors import InvalidInput
from proactive.gateways.phones import match_key, parse_phone
from proactive.text.formats import counted, integer
from proactive.web.pages.campaign_context import Row, reading_of
from proactive.web.pages.opt_outs import PATH, OptOutSearch, show
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.scope import SignedInCaller, named_scope
from proactive.web.services import CurrentServices

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)


@router.post(f"{PATH}/incluir")
def add(request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices) -> Response:
    """Keep that a number wants no campaigns, where somebody said so in the shop."""
    scope, organization = named_scope(request, caller, services, pages)
    try:
        key = match_key(parse_phone(str(request.state.form.get("telefone", ""))[:30]).digits)
    except InvalidInput:
        words = "Este telefone não parece completo: escreva com o DDD, como (11) 98765-4321."
        return show(request, services, scope, OptOutSearch(), refusal=words, status=422)
    services.app.campaigns.opt_out(_change(organization, key, None, "sure", caller.id))
    return _back(organization, "incluir")


@router.post(f"{PATH}/importar")
def import_list(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices
) -> Response:
    """Keep the numbers of a file as blocked."""
    scope, organization = named_scope(request, caller, services, pages)
    text = str(request.state.form.get("arquivo", ""))
    result = import_block_list(services.app.database, organization, text, "import", caller.id)
    if result.added + result.known == 0:
        words = "Não achei nenhum telefone neste arquivo: um por linha, com o DDD."
        return show(request, services, scope, OptOutSearch(), refusal=words, status=422)
    return show(request, services, scope, OptOutSearch(), done=_imported(result))


@router.post(f"{PATH}/{{opt_out_id}}/{{action}}")
def act(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices, opt_out_id: UUID,
    action: Literal["confirmar", "desfazer"],
) -> Response:  # fmt: skip
    """Make a probable opt-out a sure one, or end one. Each is a line of the log of consents."""
    _, organization = named_scope(request, caller, services, pages)
    row = reading_of(services).opt_out(organization, opt_out_id, dt.datetime.now(dt.UTC))
    if row is None:
        raise Refusal(404, "Este descadastro não está mais na lista.")
    if action == "confirmar":
        _confirm(services, organization, row, caller.id)
    else:
        evidence = {"level": row["level"], "undone": True}
        services.app.campaigns.opt_in(organization, row["key"], "page", evidence, caller.id)
    return _back(organization, action)


def _confirm(services: CurrentServices, organization: UUID, row: Row, by: str) -> None:
    if row["level"] == "sure":
        return
    if row["level"] != "probable":
        raise Refusal(409, "Só quem está “a confirmar” pode ser confirmado.")
    services.app.campaigns.opt_out(_change(organization, row["key"], row["contact_id"], "sure", by))


def _imported(result: ImportedList) -> str:
    parts = [f"Lista importada: {counted(result.added, 'telefone novo', 'telefones novos')}"]
    parts += [f"{integer(result.known)} já estavam"] if result.known else []
    if result.unreadable:
        parts.append(counted(result.unreadable, "linha sem telefone, deixada de lado",
                             "linhas sem telefone, deixadas de lado"))  # fmt: skip
    return ", ".join(parts) + "."


def _change(organization: UUID, key: str, contact: str | None, level: str, by: str) -> dict[str, object]:
    return {
        "organization_id": str(organization), "key": key, "contact_id": contact, "level": level, "source": "page",
        "evidence": {"rule": "page"}, "recorded_by": by,
    }  # fmt: skip


def _back(organization: UUID, done: str) -> Response:
    return RedirectResponse(f"{PATH}?organizacao={organization}&feito={done}", 303)
