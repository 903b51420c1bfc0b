"""Pausing and resuming: an organisation, a message type, both together, or (service keys) everything."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import StringConstraints

from proactive.api.callers import Caller
from proactive.api.openapi import MAY_MISS, TAKES_BODY, refusals
from proactive.api.problems import Problem, invalid
from proactive.api.route import GuardedRoute
from proactive.api.services import Calling, Services, Wired
from proactive.api.shapes import Asked, NoQuery, Pause, PauseList
from proactive.api.trigger import PATH
from proactive.messages import MessageType

router = APIRouter(route_class=GuardedRoute, tags=["pauses"], prefix=PATH)


class Paused(Asked):
    """What to pause or resume. Left out means every; a session's organisation is always its own."""

    organization_id: UUID | None = None
    type: MessageType | None = None


class PauseWanted(Paused):
    """`reason` is shown wherever the pause is."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=200)] = "paused through the API"


@router.get("/pauses", responses=refusals())
def list_pauses(caller: Calling, services: Wired, _: Annotated[NoQuery, Query()]) -> PauseList:
    """Everything that is paused; for a session what concerns its organisation."""
    return PauseList(pauses=_listed(services, caller))


@router.post("/pause", responses=refusals(*TAKES_BODY))
def pause(wanted: PauseWanted, caller: Calling, services: Wired, _: Annotated[NoQuery, Query()]) -> PauseList:
    """Stop sending until it is resumed; again only renews the reason. What is due waits, as long as it may."""
    organization = _organization(wanted, caller, services)
    services.app.pauses.pause(organization, wanted.type, wanted.reason)
    return PauseList(pauses=_listed(services, caller))


@router.post("/resume", responses=refusals(*TAKES_BODY, *MAY_MISS))
def resume(wanted: Paused, caller: Calling, services: Wired, _: Annotated[NoQuery, Query()]) -> PauseList:
    """Send again what was paused by exactly this organisation and type."""
    organization = caller.confined(wanted.organization_id)
    if not services.app.pauses.resume(organization, wanted.type):
        raise Problem(404, "Exactly this is not paused: GET /api/aurora/proactive/pauses lists what is.")
    return PauseList(pauses=_listed(services, caller))


def _organization(wanted: Paused, caller: Caller, services: Services) -> UUID | None:
    organization = caller.confined(wanted.organization_id)
    if organization is not None and services.history.addressees(organization) is None:
        raise invalid("organizationId", "There is no organisation of that id.")
    return organization


def _listed(services: Services, caller: Caller) -> list[Pause]:
    return [
        Pause(organization_id=entry.organization_id, type=entry.type, reason=entry.reason, since=entry.since)
        for entry in services.app.pauses.listed()
        if entry.organization_id is None or caller.sees(entry.organization_id)
    ]
