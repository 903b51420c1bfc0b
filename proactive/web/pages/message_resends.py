"""Sending failed messages again on /mensagens: one, those that were ticked, or all that a search finds."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from proactive.jobs.resend import MOST_AT_ONCE, resend, resend_many
from proactive.text.formats import integer
from proactive.web.auth.callers import Caller
from proactive.web.pages.message_search import MessageSearch
from proactive.web.pages.messages import found_message
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.page_services import CurrentPageServices, PageServices
from proactive.web.pages.rendering import page
from proactive.web.pages.scope import SignedInCaller, scope_of
from proactive.web.services import CurrentServices, Services

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)

Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
#: What a form has beside the filters.
_NO_FILTERS = ("csrf", "vistas")


@router.post("/mensagens/reenviar")
def resend_ticked(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices
) -> Response:
    """Send those again that were ticked."""
    try:
        ids = [UUID(each) for each in request.state.lists.get("mensagem", [])]
    except ValueError:
        raise Refusal(400, "Uma das mensagens marcadas não tem um número que exista. Atualize a lista.") from None
    if not ids:
        raise Refusal(422, "Nenhuma mensagem foi marcada. Volte, marque as que devem ser reenviadas e confirme.")
    theirs = [UUID(row["id"]) for row in services.queries.messages_of(ids) if caller.sees(row["organization_id"])]
    return _sent_again(caller, services, pages, theirs)


@router.post("/mensagens/reenviar-todas")
def resend_all(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices
) -> Response:
    """Send those again that a search finds, if they are no more than were seen."""
    form, now = request.state.form, dt.datetime.now(dt.UTC)
    try:
        query = MessageSearch.model_validate({name: form[name] for name in form if name not in _NO_FILTERS})
        seen = int(form.get("vistas", ""))
    except (ValidationError, ValueError):
        raise Refusal(422, "Os filtros não puderam ser entendidos. Volte à lista e comece de novo.") from None
    wanted = query.filter(scope_of(caller, query.organizacao, services, pages), now)
    number = services.queries.failed(wanted).resendable
    if number > seen:
        raise Refusal(409, f"Agora são {integer(number)}, e não {integer(seen)}: volte à lista, confira e confirme.")
    rows = services.queries.messages(wanted, None, min(MOST_AT_ONCE, max(seen, 1)), resendable=True)
    if not rows:
        raise Refusal(409, "Nenhuma mensagem com estes filtros pode ser reenviada agora: já foram, ou mudaram.")
    return _sent_again(caller, services, pages, [UUID(row["id"]) for row in rows])


@router.post("/mensagens/{message_id}/reenviar")
def resend_one(caller: SignedInCaller, services: CurrentServices, message_id: UUID) -> Response:
    """Send a failed message again."""
    row = found_message(caller, services, message_id)
    now = dt.datetime.now(dt.UTC)
    if row["status"] != "failed" or resend(services.app, message_id, now, caller.author("page")) is None:
        raise Refusal(409, "Só uma mensagem que falhou pode ser reenviada, e esta já não está assim.")
    return RedirectResponse(f"/mensagens/{message_id}", 303)


@router.get("/mensagens/reenvios/{token}")
def resend_round(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices, token: Token
) -> Response:
    """What became of those that were sent again together."""
    return page(request, "reenvio.html", **_values(caller, services, pages, token))


@router.get("/mensagens/reenvios/{token}/parte")
def resend_round_part(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices, token: Token
) -> Response:
    """The same without the page around it, which the page replaces until all of them have ended."""
    return page(request, "reenvio_parte.html", **_values(caller, services, pages, token))


def _sent_again(caller: Caller, services: Services, pages: PageServices, ids: list[UUID]) -> Response:
    resent = resend_many(services.app, ids, dt.datetime.now(dt.UTC), caller.author("page"))
    return RedirectResponse(f"/mensagens/reenvios/{pages.resend_rounds.keep(caller, resent)}", 303)


def _values(caller: Caller, services: Services, pages: PageServices, token: str) -> dict[str, Any]:
    kept = pages.resend_rounds.find(caller, token)
    if kept is None:
        raise Refusal(404, "Este reenvio não pode mais ser acompanhado. As mensagens estão na lista.")
    rows = services.queued.with_waits(services.queries.messages_of([*kept.resent, *kept.refused]))
    refused = {str(each) for each in kept.refused}
    resent = [row for row in rows if row["id"] not in refused]
    counts = {status: sum(row["status"] == status for row in resent) for status in ("sent", "pending", "failed")}
    return {
        "token": token, "resent": resent, "refused": [row for row in rows if row["id"] in refused],
        "left": kept.left, "counts": counts, "ended": not counts["pending"],
    }  # fmt: skip
