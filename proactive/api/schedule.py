"""GET /api/aurora/proactive/schedule: what goes out by itself, and when next."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from proactive.api.openapi import refusals
from proactive.api.route import GuardedRoute
from proactive.api.services import Calling, Wired
from proactive.api.shapes import NoQuery, Plan, Planned
from proactive.api.trigger import PATH

router = APIRouter(route_class=GuardedRoute, tags=["schedule"])


@router.get(f"{PATH}/schedule", responses=refusals())
def get_schedule(caller: Calling, services: Wired, _: Annotated[NoQuery, Query()]) -> Plan:
    """The entries and their next runs, soonest first: of a session's own time zone; with a service key, of all."""
    found = services.history.addressees(caller.organization) if caller.organization else None
    zone = found.timezone if found else None
    return Plan(
        entries=[
            Planned(
                type=planned.entry.type,
                cron=planned.entry.cron,
                timezone=planned.entry.timezone,
                next_run=planned.next_run,
            )
            for planned in services.app.schedule.planned()
            if caller.kind == "service" or planned.entry.timezone == zone
        ]
    )
