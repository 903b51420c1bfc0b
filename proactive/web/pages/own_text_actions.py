"""What people do with words at /textos/{type}: save, publish, go back to the house text, restore."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from proactive.templates.editor import TemplatesRefused
from proactive.web.pages.own_text import organization_query, show
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.scope import Scope, SignedInCaller, named_scope
from proactive.web.pages.template_context import form_of, known_type, own_facts
from proactive.web.services import CurrentServices

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)


@router.post("/textos/{type_}")
def keep(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices, type_: str
) -> Response:
    """Save what was written (`salvar`), publish it (`publicar`), or only look at it (`ver`)."""
    scope, organization = named_scope(request, caller, services, pages)
    form, action = form_of(request, type_), request.state.form.get("acao")
    if action not in ("salvar", "publicar"):
        return show(request, services, caller, scope, type_, form)
    if form.empty:
        raise Refusal(422, "Não há nada escrito: escreva um dos campos. Vazio é o texto da casa.")
    now, author, editor = dt.datetime.now(dt.UTC), caller.author("page"), services.templates
    kept = False
    try:
        version = editor.save(organization, type_, form.content, author, now)
        kept = True
        if action == "publicar":
            own = editor.own_occasion(type_, own_facts(services, organization, caller), now)
            editor.publish(type_, version, own, author, now)
    except TemplatesRefused as refused:
        return show(request, services, caller, scope, type_, form, faults=list(refused.faults), kept=kept, status=422)
    return _back(scope, organization, type_, action)


@router.post("/textos/{type_}/voltar")
def go_back(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices, type_: str
) -> Response:
    """Go back to the house text."""
    scope, organization = named_scope(request, caller, services, pages)
    services.templates.store.unpublish(organization, known_type(type_), caller.author("page"), dt.datetime.now(dt.UTC))
    return _back(scope, organization, type_, "voltar")


@router.post("/textos/{type_}/restaurar")
def restore(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices, type_: str
) -> Response:
    """Make a new version of an old one; nothing is published."""
    scope, organization = named_scope(request, caller, services, pages)
    author, now = caller.author("page"), dt.datetime.now(dt.UTC)
    version = _version(request.state.form.get("versao", ""))
    if services.templates.store.restore(organization, known_type(type_), version, author, now) is None:
        raise Refusal(404, "Esta versão não existe mais.")
    return _back(scope, organization, type_, "restaurar")


def _version(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refusal(404, "Esta versão não existe.") from None


def _back(scope: Scope, organization: UUID, type_: str, done: str) -> Response:
    return RedirectResponse(f"/textos/{type_}?feito={done}{organization_query(scope, organization)}", 303)
