"""What came of an organisation's messages, through the API."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AfterValidator, Field

from proactive.campaigns.effects import CampaignEffects
from proactive.model.moments import within_years
from proactive.model.zones import zone_info
from proactive.records.engagement import BOOKED_WITHIN, EngagementQueries
from proactive.web.api.addresses import PATH
from proactive.web.api.campaign_requests import organization_of
from proactive.web.api.engagement_schemas import EngagementView, engagement_view
from proactive.web.api.request_model import RequestModel
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import refusals
from proactive.web.problems import invalid
from proactive.web.services import CurrentCaller, CurrentServices

router = APIRouter(route_class=GuardedRoute, tags=["engagement"], prefix=f"{PATH}/engagement")
#: The days that are shown where none are named, and the most of a year.
_USUAL, _LONGEST = 30, 366
_Day = Annotated[dt.date, AfterValidator(within_years)]


class EngagementQuery(RequestModel):
    """Whose messages, sent on which local days (both included; the last 30 where none are named), and within how many
    days after a campaign's message a booking counts."""

    organization_id: UUID | None = None
    first: Annotated[_Day | None, Field(alias="from")] = None
    last: Annotated[_Day | None, Field(alias="to")] = None
    booked_within: Annotated[int, Field(ge=1, le=60)] = BOOKED_WITHIN


@router.get("", responses=refusals())
def get_engagement(
    caller: CurrentCaller, services: CurrentServices, query: Annotated[EngagementQuery, Query()]
) -> EngagementView:
    """What came of the messages: delivered, read, answered and how, booked after. Each figure is of the messages whose
    window has closed, with how many these are."""
    organization = organization_of(query.organization_id, caller, services)
    owners = services.app.organizations.owners(organization)
    timezone = owners.timezone if owners else "America/Sao_Paulo"
    now = dt.datetime.now(dt.UTC)
    last = query.last or max(now.astimezone(zone_info(timezone)).date(), query.first or dt.date.min)
    first = query.first or last - dt.timedelta(days=_USUAL - 1)
    if not dt.timedelta() <= last - first < dt.timedelta(days=_LONGEST):
        raise invalid("from", f"From a day to the same day or a later one, {_LONGEST} days at most.")
    queries = EngagementQueries(services.app.database)
    found = queries.engagement(organization, first, last, now)
    booked = queries.booked_after(organization, first, last, now, query.booked_within)
    effect = CampaignEffects(services.app.database).of(organization, now)
    return engagement_view(organization, timezone, first, last, found, booked, effect)
