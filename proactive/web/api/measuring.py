"""Measuring what campaigns bring: switched on and off through the API."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AfterValidator, Field

from proactive.campaigns.effect import SHARES
from proactive.campaigns.effects import CampaignEffects
from proactive.web.api.addresses import PATH
from proactive.web.api.campaign_requests import organization_of
from proactive.web.api.effect_schemas import EffectView, effect_view
from proactive.web.api.request_model import NoQuery, RequestModel
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import TAKES_BODY, refusals
from proactive.web.problems import Problem
from proactive.web.services import CurrentCaller, CurrentServices

router = APIRouter(route_class=GuardedRoute, tags=["engagement"], prefix=f"{PATH}/engagement")


def _share(share: float) -> float:
    if share not in SHARES:
        raise ValueError("Send 0.9, 0.8 or null")
    return share


class MeasuringRequest(RequestModel):
    """Which share of each audience of 30 or more is written to (0.9 or 0.8), so that the rest tells what a campaign
    brings; null: everybody is written to, and nothing is measured."""

    organization_id: UUID | None = None
    written_share: Annotated[float, AfterValidator(_share), Field(json_schema_extra={"enum": [0.9, 0.8]})] | None


@router.put("/measuring", responses=refusals(*TAKES_BODY, 409))
def put_measuring(
    body: MeasuringRequest, caller: CurrentCaller, services: CurrentServices, _: Annotated[NoQuery, Query()]
) -> EffectView:
    """Measure what campaigns bring, or stop it. It counts for audiences that are frozen from now on; who is left out of
    one stays so."""
    organization, effects = (
        organization_of(body.organization_id, caller, services),
        CampaignEffects(services.app.database),
    )
    if not effects.measure(organization, body.written_share, caller.author("api")):
        raise Problem(409, "Nothing may be sent to clients yet: PUT .../campaign-settings comes first.")
    return effect_view(effects.of(organization, dt.datetime.now(dt.UTC)))
