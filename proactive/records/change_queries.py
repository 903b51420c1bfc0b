"""The questions to the log of changes: pages of it, and what it can be filtered by."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from proactive.storage.answers import Row, row, rows
from proactive.storage.supabase import Database

#: The changes among which the actions and the authors are looked for that one can filter by.
_LATELY = 2000


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Which changes; None does not filter. `since` is included, `until` is not (both aware)."""

    organization: UUID | None = None
    action: str | None = None
    by: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    def as_json(self) -> dict[str, str]:
        """The filter as the database takes it."""
        named = {
            "organization": str(self.organization) if self.organization else None, "action": self.action,
            "by": self.by, "from": self.since.isoformat() if self.since else None,
            "to": self.until.isoformat() if self.until else None,
        }  # fmt: skip
        return {name: value for name, value in named.items() if value is not None}


class ChangeQueries:
    """Reads the log. Every method raises SupabaseError where Supabase is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def changes(self, wanted: ChangeFilter, after: tuple[dt.datetime, UUID] | None, limit: int) -> list[Row]:
        """At most `limit` (1000) changes, newest first, after the last row seen (its moment and id).

        Each with `organization` and `by_name`, the names of its organisation and of the owner who made it.
        """
        seen_at, seen_id = after or (None, None)
        arguments: dict[str, Any] = {
            "p_filter": wanted.as_json(), "p_before_at": seen_at.isoformat() if seen_at else None,
            "p_before_id": str(seen_id) if seen_id else None, "p_limit": limit,
        }  # fmt: skip
        return self._database.call("aurora_proactive_change_list", arguments, rows)

    def facets(self, organization: UUID | None) -> Row:
        """`actions` and `by` (with the owner's `name`) of the last changes, of an organisation or (None) of all."""
        arguments = {"p_organization": str(organization) if organization else None, "p_limit": _LATELY}
        return self._database.call("aurora_proactive_change_facets", arguments, row)
