"""Who there is: organisations and owners by name, for scripts that ask a person to choose."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from supabase import Client

from proactive.storage.requests import Request, failures_told, fetch

#: Supabase answers with at most 1000 rows unless a project says otherwise.
_PAGE = 1000


class OrganizationEntry(BaseModel):
    """An organisation as a person would pick it; `timezone` as stored (see `Organizations.organization_zone`)."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    name: str
    timezone: str
    is_active: bool


class OwnerEntry(BaseModel):
    """An owner as a person would pick it; no phone, nothing that should not be on a screen."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    name: str | None
    aurora_enabled: bool


class Organizations:
    """Looks organisations and owners up."""

    def __init__(self, supabase: Client) -> None:
        self._supabase = supabase

    def organizations(self) -> list[OrganizationEntry]:
        """Every organisation, by name, then id.

        Raises:
            SupabaseError: Supabase cannot be read.
        """
        rows = self._all("organizations", "id, name, timezone, is_active")
        with failures_told():
            found = [OrganizationEntry.model_validate(row) for row in rows]
        return sorted(found, key=lambda entry: (entry.name, entry.id))

    def owners(self, organization_id: UUID) -> list[OwnerEntry]:
        """Every owner of an organisation, by name (those without one last), then id; empty if there is none.

        Raises:
            SupabaseError: Supabase cannot be read.
        """
        rows = self._all("owner_numbers", "id, name, aurora_enabled", organization_id)
        with failures_told():
            found = [OwnerEntry.model_validate(row) for row in rows]
        return sorted(found, key=lambda entry: (entry.name is None, entry.name or "", entry.id))

    def organization_zone(self, organization_id: UUID) -> str | None:
        """The IANA name of the zone an organisation lives in; None if there is no such organisation.

        That is the zone its facts are computed in: America/Sao_Paulo where what is stored is no zone.

        Raises:
            SupabaseError: Supabase cannot be read.
        """
        arguments = {"p_organization": str(organization_id), "p_owner": None, "p_message": None}
        answer = fetch(self._supabase.rpc("aurora_proactive_context", arguments))
        with failures_told():
            return None if answer["organization"] is None else str(answer["timezone"])

    def _all(self, table: str, columns: str, organization_id: UUID | None = None) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        while page := fetch(self._page_after(table, columns, organization_id, rows)):
            rows += page
        return rows

    def _page_after(
        self, table: str, columns: str, organization_id: UUID | None, rows: list[dict[str, Any]]
    ) -> Request:
        query = self._supabase.table(table).select(columns).order("id").limit(_PAGE)
        if organization_id is not None:
            query = query.eq("organization_id", str(organization_id))
        return query.gt("id", rows[-1]["id"]) if rows else query
