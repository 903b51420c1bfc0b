"""/textos: the messages whose words are a business's own, or could be."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from proactive.web.pages.labels import type_name
from proactive.web.pages.page_query import FormOrganization, PageQuery
from proactive.web.pages.page_route import PrivateRoute
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.rendering import page
from proactive.web.pages.scope import SignedInCaller, scope_of
from proactive.web.services import CurrentServices
from proactive.words.registry import VOCABULARIES

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)

PATH = "/textos"


class TextsQuery(PageQuery):
    """Whose texts are shown."""

    organizacao: FormOrganization = None


@router.get(PATH)
def texts(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices,
    query: Annotated[TextsQuery, Query()],
) -> Response:  # fmt: skip
    """Each message type, and how its words stand."""
    scope = scope_of(caller, query.organizacao, services, pages)
    standings = services.templates.store.standings(scope.organization) if scope.organization else {}
    types = sorted(VOCABULARIES, key=type_name)
    return page(request, "textos.html", scope=scope, types=types, standings=standings, mine=caller.id)
