"""The queries of the panel's figures: each is one call of a database function."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from proactive.storage.answers import Row, row
from proactive.storage.supabase import Database


class PanelQueries:
    """Reads the panel's figures; raises SupabaseError where Supabase is away. None means all organisations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def panel(self, first: dt.date, last: dt.date, organization: UUID | None) -> Row:
        """The figures of the local days from `first` to `last`, both included; see aurora_proactive_panel."""
        arguments = {"p_from": str(first), "p_to": str(last)}
        arguments |= {"p_organization": str(organization)} if organization else {}
        return self._database.call("aurora_proactive_panel", {"p_organization": None} | arguments, row)

    def organizations(self, text: str | None, first: dt.date, last: dt.date, limit: int, offset: int = 0) -> Row:
        """Organisations whose name has every word of a text, best fit first; None: all, the most active first.

        `count` is how many there are; `rows` have `id`, `name`, `is_active`, and what was `sent` and `failed` on the
        local days from `first` to `last`.
        """
        arguments = {
            "p_text": text, "p_from": str(first), "p_to": str(last), "p_limit": limit, "p_offset": offset,
        }  # fmt: skip
        return self._database.call("aurora_proactive_organization_list", arguments, row)
