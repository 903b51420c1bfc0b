"""The API's answers about what organisations accept, and what their clients want."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from proactive.campaigns.reading import OptOutLevel
from proactive.web.api.schemas import ResponseModel


class EarlierAcceptance(ResponseModel):
    """What was accepted before."""

    accepted_by: str
    accepted_at: dt.datetime
    legal_basis: str
    basis_reference: str | None
    recorded_by: str | None


class CampaignSettingsView(ResponseModel):
    """What the organisation accepted and set. `hindrance` says in Portuguese why nothing may be sent to clients, null
    where it may. `installationCaps` are the most messages a local day by level; `dailyCaps` may only be lower."""

    organization_id: UUID
    accepted: bool
    accepted_by: str | None = None
    accepted_at: dt.datetime | None = None
    recorded_by: str | None = None
    legal_basis: str | None = None
    basis_reference: str | None = None
    business_name: str | None = None
    cost_sentence: str | None = None
    daily_caps: list[int] | None = None
    used_since: dt.date | None = None
    installation_caps: list[int]
    risk: str
    hindrance: str | None
    history: list[EarlierAcceptance]


class OptOutView(ResponseModel):
    """Who receives no campaigns. `kind`: `phone`, `hidden` (a sender whose number is not known), `client`, `pet` (it
    died). `until` null: for good; `over`: it has ended. `listed`: the number is on a block list, beside what `level`
    says."""

    id: UUID
    kind: str
    phone: str | None
    contact_id: UUID | None
    name: str | None
    pet: str | None
    level: OptOutLevel
    source: str
    rule: str | None
    campaign_id: UUID | None
    since: dt.datetime
    until: dt.datetime | None
    over: bool
    listed: bool


class OptOutPage(ResponseModel):
    """Opt-outs, newest first; `nextCursor` is null on the last page. `counts` are those in force, by level."""

    opt_outs: list[OptOutView]
    next_cursor: str | None
    counts: dict[str, int]


class ImportedList(ResponseModel):
    """What an import kept: `numbers` of the list, `added` of them new. `oddLines` are the first hundred lines (from 1)
    without a usable number, `oddNumber` how many there are."""

    lines: int
    numbers: int
    added: int
    odd_lines: list[int]
    odd_number: int


class Consent(ResponseModel):
    """A change of a consent or an opt-out."""

    kind: str
    purpose: str
    basis: str | None
    source: str
    evidence: dict[str, Any]
    recorded_by: str | None
    at: dt.datetime


class ConsentLog(ResponseModel):
    """Every change of a number, oldest first."""

    consents: list[Consent]


class ErasedPerson(ResponseModel):
    """How many recipients were erased; `open` are in a worker's hand: ask again in some minutes."""

    erased: int
    open: int
