"""Who receives no campaigns: the list, by hand, and block lists."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import StringConstraints

from proactive.campaigns.reading import CampaignReading, OptOutFilter, OptOutLevel
from proactive.errors import InvalidInput
from proactive.gateways.phone_lists import phone_key, read_phone_list
from proactive.web.api.addresses import PATH
from proactive.web.api.campaign_requests import OrganizationQuery, organization_of
from proactive.web.api.cursors import cursor_of, moment_cursor
from proactive.web.api.request_model import Limit, NoQuery, RequestModel
from proactive.web.api.rights_schemas import ImportedList, OptOutPage, OptOutView
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import MAY_CONFLICT, MAY_MISS, TAKES_BODY, refusals
from proactive.web.problems import Problem, invalid
from proactive.web.services import CurrentCaller, CurrentServices

router = APIRouter(route_class=GuardedRoute, tags=["opt-outs"], prefix=f"{PATH}/opt-outs")
PhoneText = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Note = Annotated[str, StringConstraints(min_length=1, max_length=300)]
_BODY = {"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}}
_MEDIA_TYPES = frozenset({"text/csv", "text/plain", "application/csv", "application/vnd.ms-excel"})
_MISSING = "There is no opt-out of that id in this organisation: GET .../opt-outs lists them."


async def _csv(request: Request) -> bytes:
    """The body as it came. Raises Problem (415): it is not declared as a list."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in _MEDIA_TYPES:
        raise Problem(415, "Send the list as it is, with the header Content-Type: text/csv.")
    return await request.body()


class OptOutQuery(OrganizationQuery):
    """Filters of opt-outs."""

    level: OptOutLevel | None = None
    limit: Limit = 50
    cursor: Annotated[str | None, StringConstraints(max_length=200)] = None


class OptOutRequest(RequestModel):
    """A number that wants no campaigns; `note` says how the shop knows."""

    organization_id: UUID | None = None
    phone: PhoneText
    note: Note | None = None


class EndedQuery(OrganizationQuery):
    """An opt-out by its id, and whose it is."""

    id: UUID


class ImportQuery(OrganizationQuery):
    """Whose list it is, and what it is called: `name` stands in the log of consents."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80)] = "block list"


@router.get("", responses=refusals())
def list_opt_outs(
    caller: CurrentCaller, services: CurrentServices, query: Annotated[OptOutQuery, Query()]
) -> OptOutPage:
    """Who receives no campaigns of an organisation, newest first."""
    organization = organization_of(query.organization_id, caller, services)
    reading, now = CampaignReading(services.app.database), dt.datetime.now(dt.UTC)
    rows = reading.opt_outs(OptOutFilter(organization, query.level), moment_cursor(query.cursor), query.limit + 1, now)
    shown = rows[: query.limit]
    following = cursor_of(shown[-1]["since"], shown[-1]["id"]) if len(rows) > query.limit else None
    return OptOutPage(
        opt_outs=[OptOutView.model_validate(row) for row in shown], next_cursor=following,
        counts=reading.opt_out_counts(organization, now),
    )  # fmt: skip


@router.post("", status_code=201, responses=refusals(*TAKES_BODY))
def add_opt_out(
    body: OptOutRequest, caller: CurrentCaller, services: CurrentServices, _: Annotated[NoQuery, Query()]
) -> OptOutView:
    """Keep that a number wants no campaigns: at once, and for good. Again changes nothing."""
    organization, now = organization_of(body.organization_id, caller, services), dt.datetime.now(dt.UTC)
    key = key_of(body.phone, "phone")
    id_ = services.app.people.opt_out(organization, key, "api", body.note, caller.id, now)
    return _found(services, organization, id_)


@router.post("/import", responses=refusals(*TAKES_BODY), openapi_extra=_BODY)
def import_opt_outs(
    data: Annotated[bytes, Depends(_csv)], caller: CurrentCaller, services: CurrentServices,
    query: Annotated[ImportQuery, Query()],
) -> ImportedList:  # fmt: skip
    """Import a block list: CSV of any spreadsheet, one number a line, 1 MB at most (about 80,000 lines).

    All usable numbers are kept in one step; lines without one are named. It weakens nothing that somebody said.
    """
    organization, now = organization_of(query.organization_id, caller, services), dt.datetime.now(dt.UTC)
    try:
        found = read_phone_list(data)
    except InvalidInput as error:
        raise invalid("body", str(error)) from None
    added = services.app.people.import_block_list(organization, found.keys, query.name, "api", caller.id, now)
    return ImportedList(
        lines=found.lines, numbers=len(found.keys), added=added, odd_lines=found.odd, odd_number=found.odd_number
    )


@router.delete("", status_code=204, responses=refusals(*MAY_MISS))
def end_opt_out(caller: CurrentCaller, services: CurrentServices, query: Annotated[EndedQuery, Query()]) -> None:
    """End an opt-out, an entry of a block list, or a mourning (luto). It is logged, and is no consent."""
    organization = organization_of(query.organization_id, caller, services)
    if not services.app.people.end(organization, query.id, "api", caller.id, dt.datetime.now(dt.UTC)):
        raise Problem(404, _MISSING)


@router.post("/{opt_out_id}/confirm", responses=refusals(*MAY_MISS, *MAY_CONFLICT))
def confirm_opt_out(
    opt_out_id: UUID, caller: CurrentCaller, services: CurrentServices, query: Annotated[OrganizationQuery, Query()]
) -> OptOutView:
    """Make a probable opt-out a sure one; again changes nothing."""
    organization = organization_of(query.organization_id, caller, services)
    row = services.app.people.confirm(organization, opt_out_id, "api", caller.id, dt.datetime.now(dt.UTC))
    if row is None:
        raise Problem(404, _MISSING)
    if row["level"] != "sure":
        raise Problem(409, f"Only a probable one can be confirmed; this one is {row['level']}.")
    return OptOutView.model_validate(row)


def key_of(phone: str, field: str) -> str:
    """The key of a number. Raises Problem (422): it can have no WhatsApp account."""
    try:
        return phone_key(phone)
    except InvalidInput:
        raise invalid(field, "Send one telephone number with its area code, like (11) 98765-4321.") from None


def _found(services: CurrentServices, organization: UUID, id_: UUID) -> OptOutView:
    row = CampaignReading(services.app.database).opt_out(organization, id_, dt.datetime.now(dt.UTC))
    if row is None:
        raise Problem(404, _MISSING)
    return OptOutView.model_validate(row)
