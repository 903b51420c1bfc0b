"""What the pages about campaigns work with: the reading side, the terms of an organisation, who asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from proactive.campaigns.open_offers import OpenOffers
from proactive.campaigns.progress import Progress, progress_of
from proactive.campaigns.reading import CampaignReading
from proactive.campaigns.states import LIVE
from proactive.campaigns.terms import Terms
from proactive.campaigns.turn import DAYS_READ
from proactive.web.auth.callers import Caller
from proactive.web.pages.page_route import Refusal
from proactive.web.services import Services

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ListedCampaign:
    """A campaign of a list, and how far it is."""

    row: Row
    progress: Progress


def reading_of(services: Services) -> CampaignReading:
    """The reading side, over the process's client of Supabase."""
    return CampaignReading(services.app.database)


def offers_of(services: Services) -> OpenOffers:
    """The open offers, over the process's client of Supabase."""
    return OpenOffers(services.app.database, services.app.campaigns)


def terms_of(services: Services, organization: UUID, now: dt.datetime) -> Terms:
    """By what an organisation may write to its clients now."""
    row = services.app.campaigns.terms(organization, now, DAYS_READ)
    return Terms(row, now, services.app.campaign_options.sending)


def found_campaign(caller: Caller, services: Services, campaign: UUID, now: dt.datetime) -> Row:
    """A campaign whole. Raises Refusal (404): there is none, or it is none of the caller's."""
    row = reading_of(services).campaign(campaign, now)
    if row is None or not caller.sees(row["organization_id"]):
        raise Refusal(404, "Não há campanha com este número.")
    return row


def listed(services: Services, rows: Iterable[Mapping[str, Any]], now: dt.datetime) -> list[ListedCampaign]:
    """Campaigns with their progress; the terms of an organisation are read once, and only where one is live."""
    known: dict[UUID, Terms] = {}
    shown = []
    for row in rows:
        organization = UUID(row["organization_id"])
        if row["status"] in LIVE and organization not in known:
            known[organization] = terms_of(services, organization, now)
        progress = progress_of(row, known.get(organization), services.app.campaign_options)
        shown.append(ListedCampaign(dict(row), progress))
    return shown
