"""Whose messages a page shows: one organisation's, in its zone, or all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import Depends, Request

from proactive.web.auth.callers import Caller
from proactive.web.pages import labels
from proactive.web.pages.page_route import Refusal
from proactive.web.pages.page_services import PageServices
from proactive.web.problems import Problem
from proactive.web.services import Services


@dataclass(frozen=True, slots=True)
class Scope:
    """An organisation and its IANA zone, or None for all. `choices` is empty for a signed-in user."""

    organization: UUID | None
    zone: str
    choices: list[dict[str, Any]]


async def _signed_in_caller(request: Request) -> Caller:
    return cast(Caller, request.state.session.caller)


#: Who is signed in; the route has found the session.
SignedInCaller = Annotated[Caller, Depends(_signed_in_caller)]


def scope_of(caller: Caller, named: UUID | None, services: Services, pages: PageServices) -> Scope:
    """Whose messages are shown to a caller who names an organisation, or none.

    Raises:
        Refusal: 403, a user names another organisation; 404, there is no such organisation.
        SupabaseError: Supabase is away.
    """
    try:
        organization = caller.confined(named)
    except Problem:
        raise Refusal(403, "Você vê somente a sua própria organização.") from None
    choices = pages.queries.choices() if caller.kind == "service" else []
    if organization is None:
        return Scope(None, labels.COMMON_ZONE, choices)
    owners = services.app.organizations.owners(organization)
    if owners is None:
        raise Refusal(404, "Esta organização não existe.")
    return Scope(organization, owners.timezone, choices)


def named_scope(request: Request, caller: Caller, services: Services, pages: PageServices) -> tuple[Scope, UUID]:
    """The one organisation that a form is about, and its id.

    Raises like `scope_of`, and Refusal (422): none is named.
    """
    try:
        named = UUID(request.state.form["organizacao"]) if request.state.form.get("organizacao") else None
    except ValueError:
        named = None
    scope = scope_of(caller, named, services, pages)
    if scope.organization is None:
        raise Refusal(422, "Escolha a organização.")
    return scope, scope.organization
