"""Campaigns: the list, one of them, made and changed by hand, confirmed, paused and stopped."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import StringConstraints

from proactive.campaigns.by_hand import HandAction
from proactive.campaigns.offers import campaign_name
from proactive.campaigns.reading import CampaignReading
from proactive.campaigns.sketch import Sketch
from proactive.campaigns.states import Status
from proactive.web.api.addresses import PATH
from proactive.web.api.campaign_requests import (
    ChangeFields,
    ChangeRequest,
    ConfirmRequest,
    CreateRequest,
    DraftFields,
    OrganizationQuery,
    organization_of,
    person_of,
    refused_as_problems,
)
from proactive.web.api.campaign_schemas import Campaign, CampaignPage, CampaignSketch, WholeCampaign
from proactive.web.api.cursors import cursor_of, moment_cursor
from proactive.web.api.request_model import Limit, NoQuery
from proactive.web.auth.callers import Caller
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import MAY_CONFLICT, MAY_MISS, TAKES_BODY, refusals
from proactive.web.problems import Problem
from proactive.web.services import CurrentCaller, CurrentServices, Services

router = APIRouter(route_class=GuardedRoute, tags=["campaigns"], prefix=PATH)
_CHANGES = refusals(*TAKES_BODY, *MAY_MISS, *MAY_CONFLICT)
_ACTS = refusals(*MAY_MISS, *MAY_CONFLICT)
NoParameters = Annotated[NoQuery, Query()]


class CampaignQuery(OrganizationQuery):
    """Filters of campaigns."""

    status: Status | None = None
    limit: Limit = 50
    cursor: Annotated[str | None, StringConstraints(max_length=200)] = None


@router.get("/campaigns", responses=refusals())
def list_campaigns(
    caller: CurrentCaller, services: CurrentServices, query: Annotated[CampaignQuery, Query()]
) -> CampaignPage:
    """Campaigns, newest first: a session's own organisation's; with a service key `organizationId`'s, or all."""
    organization = caller.confined(query.organization_id)
    after, states = moment_cursor(query.cursor), [query.status] if query.status else None
    rows = CampaignReading(services.app.database).campaigns(organization, states, after, query.limit + 1)
    shown = rows[: query.limit]
    following = cursor_of(shown[-1]["created_at"], shown[-1]["id"]) if len(rows) > query.limit else None
    return CampaignPage(campaigns=[Campaign.model_validate(_named(row)) for row in shown], next_cursor=following)


@router.post("/campaigns", status_code=201, responses=refusals(*TAKES_BODY, *MAY_CONFLICT))
def create_campaign(
    body: CreateRequest, caller: CurrentCaller, services: CurrentServices, _: NoParameters
) -> WholeCampaign:
    """Make a campaign and freeze its preview: whom it reaches, and what each would read. Nothing is sent.

    It goes out when somebody confirms its revision. The owners are told then, and how to stop it.
    """
    organization = organization_of(body.organization_id, caller, services)
    with refused_as_problems():
        made = services.by_hand.create(organization, body.draft(body.key), person_of(caller))
    return _whole(services, caller, made.id)


@router.post("/campaign-preview", responses=refusals(*TAKES_BODY))
def preview_campaign(
    body: DraftFields, caller: CurrentCaller, services: CurrentServices, _: NoParameters
) -> CampaignSketch:
    """What a campaign would be now: counts, who is left out and why, real examples, how long it takes.

    It freezes nothing.
    """
    organization = organization_of(body.organization_id, caller, services)
    with refused_as_problems():
        return _sketch(services.sketches.of_draft(organization, body.draft()))


@router.get("/campaigns/{campaign_id}", responses=refusals(*MAY_MISS))
def get_campaign(campaign_id: UUID, caller: CurrentCaller, services: CurrentServices, _: NoParameters) -> WholeCampaign:
    """One campaign: what came of it, real messages, who said yes and how it was read."""
    return _whole(services, caller, campaign_id)


@router.patch("/campaigns/{campaign_id}", responses=_CHANGES)
def change_campaign(
    campaign_id: UUID, body: ChangeRequest, caller: CurrentCaller, services: CurrentServices, _: NoParameters
) -> WholeCampaign:
    """Freeze the next revision, which has to be confirmed anew. Only before it has begun."""
    organization = campaign_owner(campaign_id, caller, services)
    with refused_as_problems():
        services.by_hand.change(organization, campaign_id, body.revision, body.change(), person_of(caller))
    return _whole(services, caller, campaign_id)


@router.post("/campaigns/{campaign_id}/preview", responses=refusals(*TAKES_BODY, *MAY_MISS))
def preview_change(
    campaign_id: UUID, body: ChangeFields, caller: CurrentCaller, services: CurrentServices, _: NoParameters
) -> CampaignSketch:
    """What a campaign would be after a change; freezes nothing."""
    organization = campaign_owner(campaign_id, caller, services)
    with refused_as_problems():
        found = services.sketches.of_change(organization, campaign_id, body.change())
    if found is None:
        raise _missing()
    return _sketch(found)


@router.post("/campaigns/{campaign_id}/confirm", responses=_CHANGES)
def confirm_campaign(
    campaign_id: UUID, body: ConfirmRequest, caller: CurrentCaller, services: CurrentServices, _: NoParameters
) -> WholeCampaign:
    """Say yes to what was seen at `revision`; again changes nothing. It starts when an owner was told."""
    organization = campaign_owner(campaign_id, caller, services)
    with refused_as_problems():
        services.by_hand.confirm(organization, campaign_id, body.revision, person_of(caller))
    return _whole(services, caller, campaign_id)


@router.post("/campaigns/{campaign_id}/decline", responses=_ACTS)
def decline_campaign(
    campaign_id: UUID, caller: CurrentCaller, services: CurrentServices, _: NoParameters
) -> WholeCampaign:
    """Say no to a campaign that has not begun, for good."""
    return _act("decline", campaign_id, caller, services)


@router.post("/campaigns/{campaign_id}/pause", responses=_ACTS)
def pause_campaign(
    campaign_id: UUID, caller: CurrentCaller, services: CurrentServices, _: NoParameters
) -> WholeCampaign:
    """Pause a campaign that goes out; nobody else is begun. It ends by itself after 48 hours."""
    return _act("pause", campaign_id, caller, services)


@router.post("/campaigns/{campaign_id}/resume", responses=_ACTS)
def resume_campaign(
    campaign_id: UUID, caller: CurrentCaller, services: CurrentServices, _: NoParameters
) -> WholeCampaign:
    """Let a paused campaign go on, where a person paused it or is asked to resume it."""
    return _act("resume", campaign_id, caller, services)


@router.post("/campaigns/{campaign_id}/stop", responses=_ACTS)
def stop_campaign(
    campaign_id: UUID, caller: CurrentCaller, services: CurrentServices, _: NoParameters
) -> WholeCampaign:
    """End a campaign for good; nobody else is begun."""
    return _act("stop", campaign_id, caller, services)


def campaign_owner(campaign_id: UUID, caller: Caller, services: Services) -> UUID:
    """The organisation of a campaign. Raises Problem (404): there is none, or it is another organisation's."""
    found = services.app.campaigns.campaign(campaign_id)
    if found is None or not caller.sees(found.organization_id):
        raise _missing()
    return found.organization_id


def _act(action: HandAction, campaign_id: UUID, caller: Caller, services: Services) -> WholeCampaign:
    organization = campaign_owner(campaign_id, caller, services)
    with refused_as_problems():
        services.by_hand.act(action, organization, campaign_id, person_of(caller))
    return _whole(services, caller, campaign_id)


def _whole(services: Services, caller: Caller, campaign_id: UUID) -> WholeCampaign:
    row = CampaignReading(services.app.database).campaign(campaign_id, dt.datetime.now(dt.UTC))
    if row is None or not caller.sees(row["organization_id"]):
        raise _missing()
    return WholeCampaign.model_validate(_named(row))


def _missing() -> Problem:
    return Problem(404, f"There is no campaign of that id: GET {PATH}/campaigns lists them.")


def _named(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"name": campaign_name(row["source"], row["option"], row["campaign_type"])}


def _sketch(found: Sketch) -> CampaignSketch:
    return CampaignSketch.model_validate(found, from_attributes=True)
