"""The queries of the panel's figures: each is one call of a database function."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from proactive.storage.answers import Row, row, rows
from proactive.storage.supabase import Database


class PanelQueries:
    """Reads the panel's figures; raises SupabaseError where Supabase is away. None means all organisations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def panel(self, first: dt.date, last: dt.date, organization: UUID | None) -> Row:
        """The figures of the local days from `first` to `last`, both included; see aurora_proactive_panel."""
        arguments = {"p_from": str(first), "p_to": str(last)} | _organization(organization)
        return self._database.call("aurora_proactive_panel", arguments, row)

    def present(self, organization: UUID | None) -> Row:
        """Instances, the last message sent, how many owners each zone's schedule addresses."""
        return self._database.call("aurora_proactive_live_status", _organization(organization), row)

    def choices(self) -> list[Row]:
        """Every organisation's `id` and `name`, by name."""
        return self._database.call("aurora_proactive_organization_choices", {}, rows)


def _organization(organization: UUID | None) -> Row:
    return {"p_organization": str(organization) if organization else None}
