"""The names of organisations and owners beside their ids, as far as Supabase can be read."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from proactive.errors import SupabaseError
from proactive.model.task import Task
from proactive.storage.supabase import Database


@dataclass(frozen=True, slots=True)
class DisplayNames:
    """DisplayNames by id; an id without one stands for itself."""

    organizations: dict[str, str] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)

    def organization(self, id: UUID | str | None) -> str:
        """An organisation's name, or its id; `every` where it is none."""
        return "every" if id is None else self.organizations.get(str(id)) or str(id)

    def owner(self, id: UUID | str) -> str:
        """An owner's name, or the id."""
        return self.owners.get(str(id)) or str(id)

    def recipient(self, task: Task) -> str:
        """Whom a task writes to: `Dona Ana (Patas & Cia)`."""
        whom = self.owner(task.recipient.id) if task.recipient.kind == "owner" else "a client"
        return f"{whom} ({self.organization(task.organization_id)})"


def names_of(database: Database, organizations: Iterable[UUID], owners: Iterable[UUID] = ()) -> DisplayNames:
    """The names of these organisations and owners; none, with a line on standard error, where Supabase is away."""
    try:
        return DisplayNames(
            _names(database, "organizations", organizations),
            _names(database, "owner_numbers", owners),
        )
    except SupabaseError as error:
        print(f"(names are left out: {error})", file=sys.stderr)
        return DisplayNames()


def names_of_tasks(database: Database, tasks: Iterable[Task | None]) -> DisplayNames:
    """The names of whom tasks write to. As `names_of`."""
    known = [task for task in tasks if task is not None]
    owners = [task.recipient.id for task in known if task.recipient.kind == "owner"]
    return names_of(database, [task.organization_id for task in known], owners)


def _names(database: Database, table: str, ids: Iterable[UUID]) -> dict[str, str]:
    wanted = {str(id) for id in ids}
    if not wanted:
        return {}
    found = database.select_named(table, ["id", "name"], wanted, lambda row: (str(row["id"]), row["name"]))
    return {id: name for id, name in found if isinstance(name, str)}
