"""Instances that are stopped because of what WhatsApp answered to them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import StringConstraints

from proactive.web.api.addresses import PATH
from proactive.web.api.request_model import NoQuery, RequestModel
from proactive.web.api.schemas import StoppedInstanceList, StoppedInstanceView
from proactive.web.auth.callers import Caller
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import MAY_MISS, TAKES_BODY, refusals
from proactive.web.problems import Problem
from proactive.web.services import CurrentCaller, CurrentServices, Services

router = APIRouter(route_class=GuardedRoute, tags=["instances"], prefix=f"{PATH}/instances")


class StoppedQuery(RequestModel):
    """Whose instances; a session's organisation is always its own."""

    organization_id: UUID | None = None


class ReleaseRequest(RequestModel):
    """The instance's name, as `GET .../instances/stopped` has it."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]


@router.get("/stopped", responses=refusals())
def list_stopped(
    caller: CurrentCaller, services: CurrentServices, query: Annotated[StoppedQuery, Query()]
) -> StoppedInstanceList:
    """The instances that may not send now, with the cause and until when; what waits for them goes out then."""
    return _stopped(services, caller.confined(query.organization_id))


@router.post("/release", responses=refusals(*TAKES_BODY, *MAY_MISS))
def release(
    body: ReleaseRequest, caller: CurrentCaller, services: CurrentServices, _: Annotated[NoQuery, Query()]
) -> StoppedInstanceList:
    """Let an instance send again before its time, because somebody has looked after the number."""
    breakers = services.app.breakers
    if not _is_theirs(services, caller, body.name) or not breakers.release(body.name, author=caller.author("api")):
        raise Problem(404, f"No instance of that name is stopped: GET {PATH}/instances/stopped lists them.")
    return _stopped(services, caller.confined(None))


def _is_theirs(services: Services, caller: Caller, name: str) -> bool:
    stopped = services.app.breakers.stopped(caller.confined(None))
    return any(instance.name == name for instance in stopped)


def _stopped(services: Services, organization: UUID | None) -> StoppedInstanceList:
    return StoppedInstanceList(
        instances=[
            StoppedInstanceView(
                name=one.name, organization_id=one.organization_id, cause=one.cause, since=one.since,
                known_until=one.known_until, new_until=one.new_until,
            )
            for one in services.app.breakers.stopped(organization)
        ]
    )  # fmt: skip
