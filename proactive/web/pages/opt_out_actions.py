"""What people do on /descadastros: confirm who probably left, undo, end a mourning, add a number or a whole list."""

from __future__ import annotations

import datetime as dt
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from proactive.errors import InvalidInput
from proactive.gateways.phone_lists import PhoneList, phone_key, read_phone_list
from proactive.text.formats import counted, integer
from proactive.web.pages.opt_outs import PATH, OptOutSearch, show
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.scope import SignedInCaller, named_scope
from proactive.web.services import CurrentServices

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)

_NO_NUMBER = "Este telefone não parece completo: escreva com o DDD, como (11) 98765-4321."
_NO_LIST = "Não achei nenhum telefone neste arquivo: salve como CSV, um por linha, com o DDD."
_LONGEST_NAME = 100


@router.post(f"{PATH}/incluir")
def add(request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices) -> Response:
    """Keep that a number wants no campaigns, where somebody said so in the shop."""
    scope, organization = named_scope(request, caller, services, pages)
    try:
        key = phone_key(str(request.state.form.get("telefone", ""))[:30])
    except InvalidInput:
        return show(request, services, scope, OptOutSearch(), refusal=_NO_NUMBER, status=422)
    services.app.people.opt_out(organization, key, "page", None, caller.id, dt.datetime.now(dt.UTC))
    return _back(organization, "incluir")


@router.post(f"{PATH}/importar")
def import_list(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices
) -> Response:
    """Keep the numbers of a file as blocked."""
    scope, organization = named_scope(request, caller, services, pages)
    name, content = request.state.files.get("arquivo", ("", b""))
    try:
        found = read_phone_list(content)
    except InvalidInput:
        return show(request, services, scope, OptOutSearch(), refusal=_NO_LIST, status=422)
    now = dt.datetime.now(dt.UTC)
    people, name = services.app.people, name[:_LONGEST_NAME]
    added = people.import_block_list(organization, found.keys, name, "page", caller.id, now)
    return show(request, services, scope, OptOutSearch(), done=_imported(found, added))


@router.post(f"{PATH}/{{opt_out_id}}/{{action}}")
def act(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices, opt_out_id: UUID,
    action: Literal["confirmar", "desfazer"],
) -> Response:  # fmt: skip
    """Make a probable opt-out a sure one, or end one. Each is a line of the log of consents."""
    _, organization = named_scope(request, caller, services, pages)
    people, now = services.app.people, dt.datetime.now(dt.UTC)
    if action == "confirmar":
        row = people.confirm(organization, opt_out_id, "page", caller.id, now)
        if row is not None and row["level"] != "sure":
            raise Refusal(409, "Só quem está “a confirmar” pode ser confirmado.")
        found = row is not None
    else:
        found = people.end(organization, opt_out_id, "page", caller.id, now)
    if not found:
        raise Refusal(404, "Este descadastro não está mais na lista.")
    return _back(organization, action)


def _imported(found: PhoneList, added: int) -> str:
    known = len(found.keys) - added
    parts = [f"Lista importada: {counted(added, 'telefone novo', 'telefones novos')}"]
    parts += [f"{integer(known)} já {'estava' if known == 1 else 'estavam'}"] if known else []
    if found.odd_number:
        lines = ", ".join(map(str, found.odd[:5])) + (" …" if found.odd_number > 5 else "")
        parts.append(f"{counted(found.odd_number, 'linha', 'linhas')} sem telefone ({lines})")
    return ", ".join(parts) + "."


def _back(organization: UUID, done: str) -> Response:
    return RedirectResponse(f"{PATH}?organizacao={organization}&feito={done}", 303)
