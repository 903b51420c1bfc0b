"""Who there is: organisations and owners by name, for scripts that ask a person to choose."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from proactive.storage.answers import Row, row
from proactive.storage.supabase import Database


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

    def __init__(self, database: Database) -> None:
        self._database = database

    def organizations(self) -> list[OrganizationEntry]:
        """Every organisation, by name, then id.

        Raises:
            SupabaseError: Supabase cannot be read.
        """
        columns = tuple(OrganizationEntry.model_fields)
        found = self._database.select("organizations", columns, OrganizationEntry.model_validate)
        return sorted(found, key=lambda entry: (entry.name, entry.id))

    def owners(self, organization_id: UUID) -> list[OwnerEntry]:
        """Every owner of an organisation, by name (those without one last), then id; empty if there is none.

        Raises:
            SupabaseError: Supabase cannot be read.
        """
        columns, only = tuple(OwnerEntry.model_fields), {"organization_id": str(organization_id)}
        found = self._database.select("owner_numbers", columns, OwnerEntry.model_validate, only)
        return sorted(found, key=lambda entry: (entry.name is None, entry.name or "", entry.id))

    def organization_zone(self, organization_id: UUID) -> str | None:
        """The IANA name of the zone an organisation lives in; None if there is no such organisation.

        That is the zone its facts are computed in: America/Sao_Paulo where what is stored is no zone.

        Raises:
            SupabaseError: Supabase cannot be read.
        """
        arguments = {"p_organization": str(organization_id), "p_owner": None, "p_message": None}
        return self._database.call("aurora_proactive_context", arguments, _zone)


def _zone(answer: Row) -> str | None:
    found = row(answer)
    return None if found["organization"] is None else str(found["timezone"])
