"""Whose messages a page shows: one organisation's, in its zone, or all of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Request

from proactive.web.auth.callers import Caller
from proactive.web.pages import labels
from proactive.web.pages.page_route import OtherPage, Refusal
from proactive.web.pages.page_services import PageServices
from proactive.web.problems import Problem
from proactive.web.services import Services

#: So many organisations are offered where a search finds several.
_OFFERED = 50


@dataclass(frozen=True, slots=True)
class Scope:
    """An organisation with its IANA zone and name, or None for all; `may_choose` is whether others could be shown."""

    organization: UUID | None
    zone: str
    may_choose: bool
    name: str = ""


async def _signed_in_caller(request: Request) -> Caller:
    return cast(Caller, request.state.session.caller)


#: Who is signed in; the route has found the session.
SignedInCaller = Annotated[Caller, Depends(_signed_in_caller)]


def scope_of(caller: Caller, named: UUID | str | None, services: Services, pages: PageServices) -> Scope:
    """Whose messages are shown to a caller who names an organisation by its id or its name, or none.

    Raises:
        Refusal: 403, a user names another organisation; 404, there is no such organisation.
        OtherPage: the name is not one organisation's alone.
        SupabaseError: Supabase is away.
    """
    organization = _confined(caller, named, pages)
    may_choose = caller.kind == "service"
    if organization is None:
        return Scope(None, labels.COMMON_ZONE, may_choose)
    owners = services.app.organizations.owners(organization)
    if owners is None:
        raise Refusal(404, "Esta organização não existe.")
    return Scope(organization, owners.timezone, may_choose, owners.name)


def scope_without_records(caller: Caller, named: UUID | str | None) -> Scope:
    """The scope of a page while Supabase is away: no more is known than what the caller says. Raises Refusal (403)."""
    may_choose = caller.kind == "service"
    organization = caller.organization if not may_choose else named if isinstance(named, UUID) else None
    return Scope(organization, labels.COMMON_ZONE, may_choose)


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


def _confined(caller: Caller, named: UUID | str | None, pages: PageServices) -> UUID | None:
    if isinstance(named, str) and caller.kind == "service":
        return _found(named, pages)
    try:
        if isinstance(named, str):
            raise Problem(403, "a name is not one's own organisation")
        return caller.confined(named)
    except Problem:
        raise Refusal(403, "Você vê somente a sua própria organização.") from None


def _found(text: str, pages: PageServices) -> UUID:
    """The one organisation that somebody means by a text. Raises OtherPage where that is not clear."""
    today = dt.datetime.now(dt.UTC).date()
    found = pages.queries.organizations(text, today, today, _OFFERED)
    rows = found["rows"]
    exact = [row for row in rows if row["name"].casefold() == text.casefold()]
    meant = rows if found["count"] == 1 else exact
    if len(meant) != 1:
        raise OtherPage("organizacao_qual.html", text=text, rows=rows, count=found["count"])
    return UUID(meant[0]["id"])
