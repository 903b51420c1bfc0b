"""Which messages an owner gets, and when: the organisation's default, and each owner's choice."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints, model_validator

from proactive.errors import RecordRefused
from proactive.jobs.choosing import choose
from proactive.model.author import Via
from proactive.send_times.checks import UnusableChoice, check_time, choosable
from proactive.send_times.overview import TimeOrigin, TypeTime, times_of
from proactive.send_times.store import SendTimes, TimeChange
from proactive.web.api.addresses import PATH
from proactive.web.api.campaign_requests import OrganizationQuery, organization_of
from proactive.web.api.request_model import NoQuery
from proactive.web.api.schemas import ResponseModel
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import TAKES_BODY, refusals
from proactive.web.problems import invalid
from proactive.web.services import CurrentCaller, CurrentServices, Services

router = APIRouter(route_class=GuardedRoute, tags=["send times"], prefix=f"{PATH}/send-times")
LocalTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class SendTimeQuery(OrganizationQuery):
    """Whose: an owner's; left out, the organisation's default for those who chose nothing."""

    owner_number_id: UUID | None = None


class SendTimeRequest(SendTimeQuery):
    """A choice for a type. `on` false switches it off, true on; null takes the choice back. `time` is local, null: the
    usual one; left out, it stays what it was. A time without `on` is one of a type that is on."""

    type: Annotated[str, StringConstraints(min_length=1, max_length=50)]
    on: bool | None = True
    time: LocalTime | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not {"on", "time"} & self.model_fields_set:
            raise ValueError("Say what is chosen: on, time or both")
        if self.on is None and self.time is not None:
            raise ValueError("A choice that is taken back (on: null) has no time")
        return self


class SendTimeView(ResponseModel):
    """A type as it holds. `time` is when it goes out if it is `on`; `earliest` and `latest` can be chosen, null: only
    `time`. `origin` is where both come from: the cron, the organisation's default, or a choice. `chosen`: there is a
    choice of this owner (or default) that can be taken back; then it is at `usualTime`. `wantedTime` is the time that
    was chosen, where quiet hours exclude it. `via` and `since` are of the choice that holds."""

    type: str
    on: bool
    time: LocalTime
    origin: TimeOrigin
    earliest: LocalTime | None
    latest: LocalTime | None
    chosen: bool
    usual_time: LocalTime
    wanted_time: LocalTime | None
    via: Via | None
    since: dt.datetime | None


class SendTimesView(ResponseModel):
    """An owner's messages, or (null) the default; `exceptions` are the owners with a choice of their own."""

    organization_id: UUID
    owner_number_id: UUID | None
    timezone: str
    times: list[SendTimeView]
    exceptions: Annotated[list[UUID], Field(default_factory=list)]


@router.get("", responses=refusals())
def get_send_times(
    caller: CurrentCaller, services: CurrentServices, query: Annotated[SendTimeQuery, Query()]
) -> SendTimesView:
    """Which messages go out by themselves, at which local time, and where that comes from."""
    organization = organization_of(query.organization_id, caller, services)
    return _view(services, organization, query.owner_number_id)


@router.put("", responses=refusals(*TAKES_BODY))
def put_send_time(
    body: SendTimeRequest, caller: CurrentCaller, services: CurrentServices, _: Annotated[NoQuery, Query()]
) -> SendTimesView:
    """Choose. What is due today and not handed over yet follows; a time that has passed today counts from tomorrow."""
    organization = organization_of(body.organization_id, caller, services)
    now, quiet = dt.datetime.now(dt.UTC), services.app.pipeline.quiet
    try:
        type_ = choosable(body.type)
        at = check_time(type_, dt.time.fromisoformat(body.time), quiet) if body.time is not None else None
    except UnusableChoice as error:
        raise invalid(error.field, error.detail) from None
    change = TimeChange(body.on, at, keeps_time=body.on is not None and "time" not in body.model_fields_set)
    try:
        choose(services.app, organization, body.owner_number_id, (type_.name,), change, caller.author("api"), now, now)
    except RecordRefused:
        raise _no_such_owner() from None
    return _view(services, organization, body.owner_number_id)


def _no_such_owner() -> Exception:
    return invalid("ownerNumberId", "That organisation has no owner of that id (a row of owner_numbers).")


def _view(services: Services, organization: UUID, owner: UUID | None) -> SendTimesView:
    found = services.app.organizations.owners(organization)
    if found is None or (owner is not None and owner not in found.owners):
        raise _no_such_owner()
    chosen = SendTimes(services.app.database).of(organization)
    owners = {each.owner for each in chosen if each.owner is not None}
    return SendTimesView(
        organization_id=organization, owner_number_id=owner, timezone=found.timezone, exceptions=sorted(owners),
        times=[_time_view(each) for each in times_of(owner, chosen, services.app.pipeline.quiet)],
    )  # fmt: skip


def _time_view(time: TypeTime) -> SendTimeView:
    window = time.window
    return SendTimeView(
        type=time.type.name, on=time.is_on, time=f"{time.at:%H:%M}", origin=time.origin,
        earliest=f"{window.first:%H:%M}" if window else None, latest=f"{window.last:%H:%M}" if window else None,
        chosen=time.own, usual_time=f"{time.usual_at:%H:%M}",
        wanted_time=f"{time.wanted:%H:%M}" if time.wanted else None, via=time.via, since=time.since,
    )  # fmt: skip
