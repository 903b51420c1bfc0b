"""/campanhas: the campaigns of an organisation, what it still needs before it may send, and the day's cap."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BeforeValidator

from proactive.campaigns.progress import day_room
from proactive.campaigns.readiness import readiness
from proactive.campaigns.reading import STATE_GROUPS
from proactive.web.pages.campaign_context import listed, offers_of, reading_of, terms_of
from proactive.web.pages.page_query import FormOrganization, PageMoment, PageQuery, none_if_empty
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.rendering import page
from proactive.web.pages.scope import SignedInCaller, named_scope, scope_of
from proactive.web.services import CurrentServices

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)

_ON_A_PAGE = 20


class CampaignSearch(PageQuery):
    """The filters of the list; `antes` and `antes_id` are the last row of the page before."""

    situacao: Annotated[Literal["live", "waiting", "over"] | None, BeforeValidator(none_if_empty)] = None
    organizacao: FormOrganization = None
    antes: PageMoment | None = None
    antes_id: UUID | None = None


@router.get("/campanhas")
def campaign_list(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices,
    query: Annotated[CampaignSearch, Query()],
) -> Response:  # fmt: skip
    """Campaigns, newest first."""
    now = dt.datetime.now(dt.UTC)
    scope = scope_of(caller, query.organizacao, services, pages)
    states = STATE_GROUPS[query.situacao] if query.situacao else None
    after = (query.antes, query.antes_id) if query.antes and query.antes_id else None
    found = reading_of(services).campaigns(scope.organization, states, after, _ON_A_PAGE + 1)
    rows = found[:_ON_A_PAGE]
    terms = terms_of(services, scope.organization, now) if scope.organization else None
    offers = offers_of(services).of(scope.organization, terms) if scope.organization and terms and not after else []
    fields = query.model_dump(mode="json", exclude_none=True, exclude={"antes", "antes_id"})
    last = {"antes": rows[-1]["created_at"], "antes_id": rows[-1]["id"]} if len(found) > _ON_A_PAGE else {}
    return page(
        request, "campanhas.html", now=now, scope=scope, query=query, campaigns_shown=listed(services, rows, now),
        following=urlencode(fields | last) if last else None, first=urlencode(fields) if after else None,
        offers=offers, needs=readiness(terms) if terms else None,
        room=day_room(terms, services.app.campaign_options) if terms else None,
    )  # fmt: skip


@router.post("/campanhas/ofertas/{campaign_id}")
def take_up(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices, campaign_id: UUID
) -> Response:
    """Keep what a message offered as a campaign, and go on to its preview: nothing is frozen or sent."""
    _, organization = named_scope(request, caller, services, pages)
    open_offers, terms = offers_of(services), terms_of(services, organization, dt.datetime.now(dt.UTC))
    offer = next((each for each in open_offers.of(organization, terms) if each.id == campaign_id), None)
    if offer is not None:
        open_offers.take_up(offer)
    else:
        taken = reading_of(services).campaign(campaign_id, terms.now)  # a second click, or somebody was faster
        if taken is None or taken["organization_id"] != str(organization):
            raise Refusal(404, "Esta sugestão já venceu.")
        return RedirectResponse(f"/campanhas/{campaign_id}", 303)
    return RedirectResponse(f"/campanhas/{campaign_id}/mudar", 303)
