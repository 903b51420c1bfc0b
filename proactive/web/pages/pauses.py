"""GET /pausas: everything that somebody paused, each with the button that ends it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from proactive.web.pages.page_query import PagedQuery
from proactive.web.pages.page_route import PrivateRoute
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.rendering import page
from proactive.web.pages.scope import SignedInCaller, scope_of
from proactive.web.services import CurrentServices

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)


class PauseQuery(PagedQuery):
    """Which page of the pauses."""


@router.get("/pausas")
def pause_list(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices,
    query: Annotated[PauseQuery, Query()],
) -> Response:  # fmt: skip
    """A page of the pauses, newest first."""
    scope = scope_of(caller, None, services, pages)
    found = pages.present.pauses(scope.organization, query.on_a_page, query.offset)
    return page(request, "pausas.html", found=found, query=query, scope=scope)
