"""The ids of campaigns and of their recipients, and until when an offer may be answered."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from proactive.message_types.offering import Offering
from proactive.message_types.registry import MESSAGE_TYPES

#: Namespace of the UUIDv5 of a campaign. Changing it would let every past campaign be sent once more.
CAMPAIGN_NAMESPACE = UUID("0f4be0a4-9d59-5a39-8f9c-3a0f2b6c7d11")
#: How long an offer is open that has no day of its own.
OPEN_FOR = dt.timedelta(hours=72)


def campaign_id(organization: UUID, source: str, key: str, option: int) -> UUID:
    """The id of a campaign. The owner is no part of it: two owners who say yes confirm one campaign."""
    return uuid5(CAMPAIGN_NAMESPACE, f"{organization}:{source}:{key}:{option}")


def recipient_id(campaign: UUID, phone_key: str) -> UUID:
    """The id of who receives a campaign at a phone, however many clients share it."""
    return uuid5(CAMPAIGN_NAMESPACE, f"{campaign}:{phone_key}")


def offering_of(source: str) -> Offering | None:
    """What messages of a type offer; None where they offer nothing, or there is no such type."""
    known = MESSAGE_TYPES.get(source)
    return known.offering if known else None


def campaign_name(source: str, option: int, campaign_type: str | None = None) -> str:
    """What a campaign is called: `clientes inativos`; where the owner has words for it, these."""
    offering = offering_of(source)
    return campaign_type or (offering.name(option) if offering else "campanha")


def valid_until(offering: Offering, sent_at: dt.datetime, key: str, zone: ZoneInfo, closes: dt.time) -> dt.datetime:
    """Until when an offer may be answered: the end of its day's window, of the next day's, or 72 hours (aware, UTC)."""
    if offering.until_day is None:
        return sent_at + OPEN_FOR
    day = dt.date.fromisoformat(key) + dt.timedelta(days=offering.until_day)
    return dt.datetime.combine(day, closes, zone).astimezone(dt.UTC)
