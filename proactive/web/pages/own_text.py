"""/textos/{type}: the words of one message type, with a preview that follows what is written, and their history."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from proactive.web.auth.callers import Caller
from proactive.web.pages.page_query import FormOrganization, PageQuery
from proactive.web.pages.page_route import PrivateRoute
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.rendering import page
from proactive.web.pages.scope import Scope, SignedInCaller, named_scope, scope_of
from proactive.web.pages.template_context import form_of, known_type, own_facts, preview_of, shown_values
from proactive.web.pages.template_form import TemplateForm
from proactive.web.services import CurrentServices, Services
from proactive.words.fault import WordsFault
from proactive.words.registry import VOCABULARIES

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)

Done = Literal["salvar", "publicar", "voltar", "restaurar"]


class TextQuery(PageQuery):
    """Whose words, which way of writing them (`modo`), whether it begins with the house's text, what was just done.

    `antes` is the number below which the history goes on.
    """

    organizacao: FormOrganization = None
    modo: Literal["frases", "texto"] | None = None
    comecar: Literal["casa"] | None = None
    feito: Done | None = None
    antes: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


@router.get("/textos/{type_}")
def text(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices, type_: str,
    query: Annotated[TextQuery, Query()],
) -> Response:  # fmt: skip
    """The words of a message type."""
    scope = scope_of(caller, query.organizacao, services, pages)
    form = _form(services, scope, known_type(type_), query)
    return show(request, services, caller, scope, type_, form, done=query.feito, before=query.antes)


@router.post("/textos/{type_}/previa")
def preview(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices, type_: str
) -> Response:
    """The part of the page that shows how the message would look; nothing is kept."""
    _, organization = named_scope(request, caller, services, pages)
    form = form_of(request, type_)
    whose, now = own_facts(services, organization, caller), dt.datetime.now(dt.UTC)
    preview = preview_of(services.templates, type_, form, whose, now)
    return page(request, "texto_previa.html", type=type_, form=form, preview=preview, publishing_faults=None)


def show(
    request: Request, services: Services, caller: Caller, scope: Scope, type_: str, form: TemplateForm, *,
    done: str | None = None, before: int | None = None, faults: list[WordsFault] | None = None, kept: bool = False,
    status: int = 200,
) -> Response:  # fmt: skip
    """The page of a message type; `faults` are why what was asked for was not done, `kept` that it was saved."""
    values: dict[str, object] = {
        "scope": scope,
        "type": type_,
        "form": form,
        "done": done,
        "kept": kept,
        "mine": caller.id,
    }
    if scope.organization is not None:
        now, whose = dt.datetime.now(dt.UTC), own_facts(services, scope.organization, caller)
        values |= shown_values(services, scope.organization, type_, before, faults)
        values |= {"preview": preview_of(services.templates, type_, form, whose, now), "now": now}
    return page(request, "texto.html", status, **values)


def _form(services: Services, scope: Scope, type_: str, query: TextQuery) -> TemplateForm:
    """The form as it begins: what was written last, or the house's text."""
    newest = None
    if scope.organization is not None:
        standing = services.templates.store.standings(scope.organization).get(type_)
        newest = standing.newest if standing else None
    form = TemplateForm.of_content(newest.content) if newest else TemplateForm()
    if query.modo == "frases" and form.kind != "wording":
        return TemplateForm("wording")
    if query.comecar == "casa" or (query.modo == "texto" and form.kind != "template"):
        return TemplateForm("template", source=VOCABULARIES[type_].house_source)
    return form


def organization_query(scope: Scope, organization: UUID) -> str:
    """What the address of a page about an organisation says of it; empty for who sees one alone."""
    return f"&organizacao={organization}" if scope.may_choose else ""
