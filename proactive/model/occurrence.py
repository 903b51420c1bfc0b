"""The message types and the identity of one intended sending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from uuid import UUID, uuid5

#: Namespace of the UUIDv5 of an occurrence. Changing it would make every past occurrence due again.
OCCURRENCE_NAMESPACE = UUID("6f0c5a52-2b0e-5a8e-9d57-6a1f3c1d9b10")


@lru_cache(maxsize=256)
def _id(owner: UUID, type_: str, key: str) -> UUID:
    return uuid5(OCCURRENCE_NAMESPACE, f"{owner}:{type_}:{key}")


class MessageType(StrEnum):
    """What Aurora writes about; the value is `message_type` in the records and the API."""

    DAILY_SUMMARY = "daily_summary"
    INACTIVE_CLIENTS = "inactive_clients"
    BIRTHDAYS = "birthdays"
    OPPORTUNITIES = "opportunities"
    LOW_OCCUPANCY = "low_occupancy"
    CUSTOM_CAMPAIGN = "custom_campaign"


class Audience(StrEnum):
    """Whom a custom campaign addresses."""

    INACTIVE = "inactive"
    VIP = "vip"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One intended sending: (owner, type, local date), or (owner, custom_campaign, campaign id).

    `key` is the ISO local date of the organisation, or the campaign's id. Equal occurrences have equal
    ids, whatever happens to jobs and workers: that is what makes a second sending impossible.
    """

    organization_id: UUID
    owner_number_id: UUID
    type: MessageType
    key: str

    @property
    def id(self) -> UUID:
        """UUIDv5 of owner, type and key: the primary key of its record."""
        return _id(self.owner_number_id, self.type, self.key)

    @property
    def local_date(self) -> date | None:
        """The organisation's local date it belongs to; None for a campaign."""
        return None if self.type is MessageType.CUSTOM_CAMPAIGN else date.fromisoformat(self.key)
