"""The log of consents of a number, a consent that a client gave, and erasure."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from proactive.web.api.addresses import PATH
from proactive.web.api.campaign_requests import OrganizationQuery, organization_of
from proactive.web.api.opt_outs import Note, PhoneText, key_of
from proactive.web.api.request_model import NoQuery, RequestModel
from proactive.web.api.rights_schemas import Consent, ConsentLog, ErasedPerson
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import TAKES_BODY, refusals
from proactive.web.services import CurrentCaller, CurrentServices

router = APIRouter(route_class=GuardedRoute, tags=["opt-outs"], prefix=PATH)


class PersonQuery(OrganizationQuery):
    """A client's number. A proxy before `web` must not log this query: `web` itself writes none."""

    phone: PhoneText


class ConsentRequest(RequestModel):
    """A consent that a client gave to this business; `evidence` says how: a form, a date, who heard it."""

    organization_id: UUID | None = None
    phone: PhoneText
    evidence: Note


@router.get("/consents", responses=refusals())
def list_consents(
    caller: CurrentCaller, services: CurrentServices, query: Annotated[PersonQuery, Query()]
) -> ConsentLog:
    """Every change of a number's consent and opt-outs, oldest first; nobody can rewrite it."""
    organization = organization_of(query.organization_id, caller, services)
    rows = services.app.people.consents(organization, key_of(query.phone, "query.phone"))
    return ConsentLog(consents=[Consent.model_validate(row) for row in rows])


@router.post("/consents", status_code=201, responses=refusals(*TAKES_BODY))
def give_consent(
    body: ConsentRequest, caller: CurrentCaller, services: CurrentServices, _: Annotated[NoQuery, Query()]
) -> Consent:
    """Record a consent that a client gave. It ends an opt-out of its own and overrides a block list, not a mourning."""
    organization, key = organization_of(body.organization_id, caller, services), key_of(body.phone, "phone")
    now = dt.datetime.now(dt.UTC)
    return Consent.model_validate(services.app.people.consent(organization, key, "api", body.evidence, caller.id, now))


@router.delete("/people", responses=refusals())
def erase_person(
    caller: CurrentCaller, services: CurrentServices, query: Annotated[PersonQuery, Query()]
) -> ErasedPerson:
    """Erase what campaigns keep of a number: who received them and what. Counts, opt-outs and the log of consents stay:
    they honour the wish."""
    organization, key = organization_of(query.organization_id, caller, services), key_of(query.phone, "query.phone")
    erased = services.app.people.erase(organization, key, dt.datetime.now(dt.UTC), caller.author("api"))
    return ErasedPerson(erased=erased.erased, open=erased.open)
