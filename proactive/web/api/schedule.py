"""GET /api/aurora/proactive/schedule: the entries of the schedule and their next runs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from proactive.web.api.addresses import PATH
from proactive.web.api.request_model import NoQuery
from proactive.web.api.schemas import Schedule, ScheduleEntry
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import refusals
from proactive.web.services import CurrentCaller, CurrentServices

router = APIRouter(route_class=GuardedRoute, tags=["schedule"])


@router.get(f"{PATH}/schedule", responses=refusals())
def get_schedule(caller: CurrentCaller, services: CurrentServices, _: Annotated[NoQuery, Query()]) -> Schedule:
    """The entries and their next runs, soonest first: of a session's own time zone; with a service key, of all."""
    found = services.app.organizations.owners(caller.organization) if caller.organization else None
    zone = found.timezone if found else None
    return Schedule(
        entries=[
            ScheduleEntry(
                type=planned.entry.type,
                cron=planned.entry.cron,
                timezone=planned.entry.timezone,
                next_run=planned.next_run,
            )
            for planned in services.app.schedule.planned()
            if caller.kind == "service" or planned.entry.timezone == zone
        ]
    )
