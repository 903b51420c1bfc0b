"""GET /instancias: every instance as sending meets it, those first that need somebody."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BeforeValidator

from proactive.monitoring.present import InstanceCondition
from proactive.web.pages.page_query import FormOrganization, PagedQuery, SearchText, none_if_empty
from proactive.web.pages.page_route import PrivateRoute
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.rendering import page
from proactive.web.pages.scope import SignedInCaller, scope_of
from proactive.web.services import CurrentServices

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)


class InstanceQuery(PagedQuery):
    """Which instances: of a condition, of an organisation, with a text in their name."""

    situacao: Annotated[InstanceCondition | Literal["attention"] | None, BeforeValidator(none_if_empty)] = None
    organizacao: FormOrganization = None
    q: Annotated[SearchText | None, BeforeValidator(none_if_empty)] = None


@router.get("/instancias")
def instance_list(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices,
    query: Annotated[InstanceQuery, Query()],
) -> Response:  # fmt: skip
    """A page of the instances."""
    scope = scope_of(caller, query.organizacao, services, pages)
    found = pages.present.instances(scope.organization, query.situacao, query.q, query.on_a_page, query.offset)
    return page(request, "instancias.html", found=found, query=query, scope=scope, now=dt.datetime.now(dt.UTC))
