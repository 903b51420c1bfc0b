"""Pauses of an organisation, a message type, both together, or (for service keys) everything."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import StringConstraints

from proactive.message_types.registry import TypeName
from proactive.web.api.addresses import PATH
from proactive.web.api.request_model import NoQuery, RequestModel
from proactive.web.api.schemas import Pause, PauseList
from proactive.web.auth.callers import Caller
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import MAY_MISS, TAKES_BODY, refusals
from proactive.web.problems import Problem, invalid
from proactive.web.services import CurrentCaller, CurrentServices, Services

router = APIRouter(route_class=GuardedRoute, tags=["pauses"], prefix=PATH)


class PauseScope(RequestModel):
    """The scope of a pause. A field that is left out means every; a session's organisation is always its own."""

    organization_id: UUID | None = None
    type: TypeName | None = None


class PauseRequest(PauseScope):
    """`reason` is shown wherever the pause is."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=200)] = "paused through the API"


@router.get("/pauses", responses=refusals())
def list_pauses(caller: CurrentCaller, services: CurrentServices, _: Annotated[NoQuery, Query()]) -> PauseList:
    """Everything that is paused; for a session what concerns its organisation."""
    return PauseList(pauses=_listed(services, caller))


@router.post("/pause", responses=refusals(*TAKES_BODY))
def pause(
    body: PauseRequest, caller: CurrentCaller, services: CurrentServices, _: Annotated[NoQuery, Query()]
) -> PauseList:
    """Stop sending until it is resumed; again only renews the reason. What is due waits, as long as it may."""
    organization = _organization(body, caller, services)
    services.app.pauses.pause(organization, body.type, body.reason, caller.author("api"))
    return PauseList(pauses=_listed(services, caller))


@router.post("/resume", responses=refusals(*TAKES_BODY, *MAY_MISS))
def resume(
    body: PauseScope, caller: CurrentCaller, services: CurrentServices, _: Annotated[NoQuery, Query()]
) -> PauseList:
    """Send again what was paused by exactly this organisation and type."""
    organization = caller.confined(body.organization_id)
    if not services.app.pauses.resume(organization, body.type, caller.author("api")):
        raise Problem(404, "Exactly this is not paused: GET /api/aurora/proactive/pauses lists what is.")
    return PauseList(pauses=_listed(services, caller))


def _organization(scope: PauseScope, caller: Caller, services: Services) -> UUID | None:
    organization = caller.confined(scope.organization_id)
    if organization is not None and services.app.organizations.owners(organization) is None:
        raise invalid("organizationId", "There is no organisation of that id.")
    return organization


def _listed(services: Services, caller: Caller) -> list[Pause]:
    return [
        Pause(organization_id=entry.organization_id, type=entry.type, reason=entry.reason, since=entry.since)
        for entry in services.app.pauses.listed()
        if entry.organization_id is None or caller.sees(entry.organization_id)
    ]
