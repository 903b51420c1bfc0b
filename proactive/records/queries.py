"""Reading messages, owners and zones: each question is one call of a database function."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from proactive.storage.answers import Row, optional_row, rows
from proactive.storage.supabase import Database


@dataclass(frozen=True, slots=True)
class OrganizationOwners:
    """An organisation's IANA zone, and its owners' ids; `enabled` are those that have Aurora switched on."""

    timezone: str
    owners: tuple[UUID, ...]
    enabled: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """Which messages; None does not filter. `since` is included, `until` is not (aware instants)."""

    organization: UUID | None = None
    type: str | None = None
    status: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


class MessageQueries:
    """Every method raises SupabaseError where Supabase is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def messages(self, wanted: MessageFilter, after: tuple[dt.datetime, UUID] | None, limit: int) -> list[Row]:
        """At most `limit` messages, newest first, after the last row seen (its creation and id)."""
        seen_at, seen_id = after or (None, None)
        arguments = {
            "p_organization": _text(wanted.organization), "p_type": _text(wanted.type), "p_status": wanted.status,
            "p_from": _iso(wanted.since), "p_to": _iso(wanted.until),
            "p_before_at": _iso(seen_at), "p_before_id": _text(seen_id), "p_limit": limit,
        }  # fmt: skip
        return self._database.call("aurora_proactive_history", arguments, rows)

    def message(self, message_id: UUID) -> Row | None:
        """One message whole, None where there is none."""
        return self._database.call("aurora_proactive_message", {"p_id": str(message_id)}, optional_row)

    def addressees(self, organization: UUID) -> OrganizationOwners | None:
        """An organisation's zone and owners, None where there is no such organisation."""
        arguments = {"p_organization": str(organization)}
        return self._database.call("aurora_proactive_addressees", arguments, _organization_owners)


def _organization_owners(answer: Any) -> OrganizationOwners | None:
    found = optional_row(answer)
    if found is None:
        return None
    owners = tuple(UUID(owner["id"]) for owner in found["owners"])
    enabled = tuple(UUID(owner["id"]) for owner in found["owners"] if owner["enabled"])
    return OrganizationOwners(found["timezone"], owners, enabled)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
