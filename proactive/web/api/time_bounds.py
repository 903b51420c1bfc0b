"""The bounds of a period as requests have them: days of an organisation, or instants."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from proactive.model.zones import zone_info
from proactive.web.api.request_model import DayOrMoment
from proactive.web.services import Services


def instants(
    since: DayOrMoment | None, until: DayOrMoment | None, organization: UUID | None, services: Services
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """The first instant of a period and the one that ends it (aware); the day `until` is included, an instant is not.

    Days are the organisation's, or UTC's without one.

    Raises:
        SupabaseError: Supabase is away, and a day was named.
    """
    days = any(bound is not None and not isinstance(bound, dt.datetime) for bound in (since, until))
    found = services.app.organizations.owners(organization) if organization and days else None
    zone = zone_info(found.timezone) if found else dt.UTC
    return _instant(since, zone, 0), _instant(until, zone, 1)


def _instant(bound: dt.date | None, zone: dt.tzinfo, days: int) -> dt.datetime | None:
    if bound is None or isinstance(bound, dt.datetime):
        return bound
    return dt.datetime.combine(bound + dt.timedelta(days=days), dt.time(), zone).astimezone(dt.UTC)
