"""What an organisation must say before it may write to its clients, and what it sets."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AfterValidator, Field, StringConstraints

from proactive.campaigns.acceptance import RISK, Acceptance, LegalBasis, UnusableAcceptance
from proactive.campaigns.terms import Terms
from proactive.model.moments import within_years
from proactive.web.api.addresses import PATH
from proactive.web.api.campaign_requests import OrganizationQuery, organization_of
from proactive.web.api.request_model import NoQuery, RequestModel
from proactive.web.api.rights_schemas import CampaignSettingsView
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import TAKES_BODY, refusals
from proactive.web.problems import invalid
from proactive.web.services import CurrentCaller, CurrentServices, Services

router = APIRouter(route_class=GuardedRoute, tags=["campaigns"], prefix=f"{PATH}/campaign-settings")
_Cap = Annotated[int, Field(ge=1, le=1_000_000)]


class AcceptanceRequest(RequestModel):
    """What is accepted and set, whole. `acceptedBy` is who in the organisation accepts; `acceptsBanRisk` must be true.
    `basisReference` says where the balancing test of a legitimate interest can be read. `dailyCaps` (by level) only
    lower the installation's; `usedSince` is since when the number is in use."""

    organization_id: UUID | None = None
    accepted_by: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    accepts_ban_risk: bool
    legal_basis: LegalBasis
    basis_reference: Annotated[str | None, StringConstraints(min_length=1, max_length=500)] = None
    business_name: Annotated[str | None, StringConstraints(min_length=1, max_length=60)] = None
    cost_sentence: Annotated[str | None, StringConstraints(min_length=1, max_length=200)] = None
    daily_caps: Annotated[list[_Cap], Field(max_length=7)] | None = None
    used_since: Annotated[dt.date, AfterValidator(within_years)] | None = None


@router.get("", responses=refusals())
def get_settings(
    caller: CurrentCaller, services: CurrentServices, query: Annotated[OrganizationQuery, Query()]
) -> CampaignSettingsView:
    """What the organisation accepted and set, and what is still missing."""
    return _view(services, organization_of(query.organization_id, caller, services))


@router.put("", responses=refusals(*TAKES_BODY))
def put_settings(
    body: AcceptanceRequest, caller: CurrentCaller, services: CurrentServices, _: Annotated[NoQuery, Query()]
) -> CampaignSettingsView:
    """Accept and set. What was accepted before stays in `history`."""
    organization, now = organization_of(body.organization_id, caller, services), dt.datetime.now(dt.UTC)
    acceptance = Acceptance(
        body.accepted_by, body.accepts_ban_risk, body.legal_basis, body.basis_reference, body.business_name,
        body.cost_sentence, None if body.daily_caps is None else tuple(body.daily_caps), body.used_since,
    )  # fmt: skip
    try:
        acceptance.checked(services.app.campaign_options.pace.caps, now)
    except UnusableAcceptance as error:
        raise invalid(error.field, error.detail) from None
    services.app.acceptances.keep(organization, acceptance, caller.author("api"), now)
    return _view(services, organization)


def _view(services: Services, organization: UUID) -> CampaignSettingsView:
    now = dt.datetime.now(dt.UTC)
    row: dict[str, Any] | None = services.app.acceptances.of(organization)
    known = row or {"organization_id": organization, "history": []}
    return CampaignSettingsView.model_validate(
        known
        | {
            "accepted": row is not None, "installation_caps": list(services.app.campaign_options.pace.caps),
            "risk": RISK, "hindrance": Terms(services.app.campaigns.terms(organization, now, 1), now).hindrance(),
        }
    )  # fmt: skip
