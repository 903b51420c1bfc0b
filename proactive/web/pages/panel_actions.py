"""The buttons of the panel and of its lists: resume the workers, end a pause, let an instance send again."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.queue.suspension import resume_workers
from proactive.records.changes import Change
from proactive.web.auth.callers import Caller
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.scope import SignedInCaller
from proactive.web.services import CurrentServices

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)

#: The pages that have these buttons: each leads back to where it was pressed.
_PLACES = ("/painel", "/instancias", "/pausas")


@router.post("/painel/workers/retomar")
def resume(request: Request, caller: SignedInCaller, services: CurrentServices) -> Response:
    """Let suspended workers go on."""
    if caller.kind != "service":
        raise Refusal(404, "Não há nada neste endereço.")
    if resume_workers(services.app.redis):
        services.app.changes.record(Change(caller.author("page"), "workers_resumed"))
    return _back(request)


@router.post("/painel/pausas/retomar")
def end_pause(request: Request, caller: SignedInCaller, services: CurrentServices) -> Response:
    """End exactly one pause."""
    organization, type_ = _paused(request, caller)
    if not services.app.pauses.resume(organization, type_, caller.author("page")):
        raise Refusal(404, "Exatamente isto não está pausado: outra pessoa pode ter retomado.")
    return _back(request)


@router.post("/painel/instancias/liberar")
def release(request: Request, caller: SignedInCaller, services: CurrentServices) -> Response:
    """Let an instance send again that WhatsApp's answers had stopped."""
    name = str(request.state.form.get("instancia", ""))
    breakers = services.app.breakers
    theirs = any(instance.name == name for instance in breakers.stopped(caller.confined(None)))
    if not theirs or not breakers.release(name, author=caller.author("page")):
        raise Refusal(404, "Esta instância não está parada.")
    return _back(request)


def _paused(request: Request, caller: Caller) -> tuple[UUID | None, str | None]:
    """What the form names. Raises Refusal (404): it is nothing that this caller may resume."""
    form = request.state.form
    try:
        organization = UUID(form["organizacao"]) if form.get("organizacao") else None
    except ValueError:
        organization = UUID(int=0)
    type_ = form.get("tipo") or None
    known = type_ is None or type_ in MESSAGE_TYPES or type_.isidentifier()
    allowed = caller.kind == "service" if organization is None else caller.sees(organization)
    if not allowed or not known:
        raise Refusal(404, "Esta pausa não existe.")
    return organization, type_


def _back(request: Request) -> RedirectResponse:
    place = request.state.form.get("volta", "")
    return RedirectResponse(place if place in _PLACES else "/painel", 303)
