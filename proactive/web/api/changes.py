"""Who changed what: the log of changes, which nobody can rewrite."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from proactive.model.change_words import words_of
from proactive.records.change_queries import ChangeFilter, ChangeQueries
from proactive.web.api.addresses import PATH
from proactive.web.api.cursors import cursor_of, moment_cursor
from proactive.web.api.request_model import DayOrMoment, Limit, RequestModel
from proactive.web.api.schemas import ResponseModel
from proactive.web.api.time_bounds import instants
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import refusals
from proactive.web.services import CurrentCaller, CurrentServices

router = APIRouter(route_class=GuardedRoute, tags=["changes"], prefix=f"{PATH}/changes")
_Word = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]{1,120}$")]


class ChangeView(ResponseModel):
    """A change that a person made. `by` is `user:`, `key:`, `owner:` or `cli:` and a name or an id, `byName` the name
    of an owner who wrote it on WhatsApp, `action` what was done (`label` in Portuguese), `subject` what it is about: an
    id, a message type, a day, an instance. `before` and `after` hold what changed, as far as it is no text and no
    number of anybody. `organizationId` is null where it concerns all."""

    id: UUID
    at: dt.datetime
    by: str
    by_name: str | None
    via: Literal["page", "api", "whatsapp", "cli"]
    action: str
    label: str
    subject: str
    organization_id: UUID | None
    organization: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class ChangePage(ResponseModel):
    """A page of changes, newest first."""

    changes: list[ChangeView]
    next_cursor: str | None


class ChangeQuery(RequestModel):
    """Filters of changes. `from` and `to` are days of the organisation (`to` included; UTC where a service key names
    none) or instants (`to` not included); `action` and `by` are those of a change. `cursor` is the `nextCursor` of the
    page before."""

    organization_id: UUID | None = None
    since: Annotated[DayOrMoment | None, Field(alias="from")] = None
    until: Annotated[DayOrMoment | None, Field(alias="to")] = None
    action: Annotated[str | None, StringConstraints(pattern=r"^[a-z_]{1,60}$")] = None
    by: _Word | None = None
    limit: Limit = 50
    cursor: Annotated[str | None, StringConstraints(max_length=200)] = None


@router.get("", responses=refusals())
def list_changes(
    caller: CurrentCaller, services: CurrentServices, query: Annotated[ChangeQuery, Query()]
) -> ChangePage:
    """Who changed what, newest first: a session's own organisation's; with a service key `organizationId`'s, or all."""
    organization = caller.confined(query.organization_id)
    period = instants(query.since, query.until, organization, services)
    wanted = ChangeFilter(organization, query.action, query.by, *period)
    rows = ChangeQueries(services.app.database).changes(wanted, moment_cursor(query.cursor), query.limit + 1)
    shown = rows[: query.limit]
    following = cursor_of(shown[-1]["at"], shown[-1]["id"]) if len(rows) > query.limit else None
    changes = [ChangeView.model_validate(row | {"label": words_of(row["action"])}) for row in shown]
    return ChangePage(changes=changes, next_cursor=following)
