"""The organisations, with the time zone and the owners of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict

from proactive.storage.answers import Row, optional_row
from proactive.storage.supabase import Database

#: What docs/your-schema.md says of a value that is missing.
_Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
_Flag = Annotated[bool, BeforeValidator(lambda value: False if value is None else value)]


class OrganizationEntry(BaseModel):
    """An organisation as a person would pick it; `timezone` as stored, which need not be a zone."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    name: _Text
    timezone: _Text
    is_active: _Flag


class OwnerEntry(BaseModel):
    """An owner as a person would pick it; no phone, nothing that should not be on a screen."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    name: str | None
    aurora_enabled: bool


@dataclass(frozen=True, slots=True)
class OrganizationOwners:
    """The IANA name of the zone an organisation lives in, and its owners by name (those without one last), then id.

    The zone is the one its facts are computed in: America/Sao_Paulo where what is stored is no zone. `name` is the
    organisation's, with the beginning of its id where others have the same.
    """

    timezone: str
    entries: tuple[OwnerEntry, ...]
    name: str = ""

    @property
    def owners(self) -> tuple[UUID, ...]:
        """The ids of all owners."""
        return tuple(entry.id for entry in self.entries)

    @property
    def enabled(self) -> tuple[UUID, ...]:
        """The ids of the owners who have Aurora switched on."""
        return tuple(entry.id for entry in self.entries if entry.aurora_enabled)


class Organizations:
    """Looks organisations and their owners up."""

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

    def owners(self, organization_id: UUID) -> OrganizationOwners | None:
        """An organisation's zone and owners; None if there is no such organisation.

        Raises:
            SupabaseError: Supabase cannot be read.
        """
        arguments = {"p_organization": str(organization_id)}
        return self._database.call("aurora_proactive_organization", arguments, _owners)


def _owners(answer: Row) -> OrganizationOwners | None:
    found = optional_row(answer)
    if found is None:
        return None
    entries = [OwnerEntry.model_validate(owner) for owner in found["owners"]]
    entries.sort(key=lambda entry: (entry.name is None, entry.name or "", entry.id))
    return OrganizationOwners(str(found["timezone"]), tuple(entries), str(found["name"]))
