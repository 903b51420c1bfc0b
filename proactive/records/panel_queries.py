"""What the pages read from Supabase: each question is one call of a database function."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from proactive.storage.answers import Row, optional_row, row, rows
from proactive.storage.supabase import Database


class PanelQueries:
    """Every method raises SupabaseError where Supabase is away. None as an organisation means all of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def panel(self, first: dt.date, last: dt.date, organization: UUID | None) -> Row:
        """The figures of the local days from `first` to `last`, both included; see aurora_proactive_panel."""
        arguments = {"p_from": str(first), "p_to": str(last)} | _organization(organization)
        return self._database.call("aurora_proactive_panel", arguments, row)

    def present(self, organization: UUID | None) -> Row:
        """Instances, the last message sent, how many owners each zone's schedule addresses."""
        return self._database.call("aurora_proactive_present", _organization(organization), row)

    def choices(self) -> list[Row]:
        """Every organisation's `id` and `name`, by name."""
        return self._database.call("aurora_proactive_choices", {}, rows)

    def search(self, wanted: Row, after: tuple[dt.datetime, UUID] | None, limit: int) -> list[Row]:
        """At most `limit` messages, newest first, after the last row seen; `wanted` are the filters by the names
        of aurora_proactive_search's arguments, those that are left out do not filter."""
        names = ("p_organization", "p_type", "p_status", "p_from", "p_to", "p_id")
        seen_at, seen_id = after or (None, None)
        arguments = dict.fromkeys(names) | wanted | {
            "p_before_at": seen_at.isoformat() if seen_at else None,
            "p_before_id": str(seen_id) if seen_id else None, "p_limit": limit,
        }  # fmt: skip
        return self._database.call("aurora_proactive_search", arguments, rows)

    def message(self, message_id: UUID) -> Row | None:
        """One message whole, with names and replies; None where there is none."""
        return self._database.call("aurora_proactive_message_page", {"p_id": str(message_id)}, optional_row)


def _organization(organization: UUID | None) -> Row:
    return {"p_organization": str(organization) if organization else None}
