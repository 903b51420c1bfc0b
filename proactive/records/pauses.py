"""The pauses: what somebody switched off for a while, kept in Supabase, so that they survive every restart."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from proactive.model.author import Author, signed
from proactive.storage.answers import flag, nothing, rows
from proactive.storage.supabase import Database


@dataclass(frozen=True, slots=True)
class PauseEntry:
    """A pause: of an organisation, of a message type, of both together; None means every. `since` is UTC."""

    organization_id: UUID | None
    type: str | None
    reason: str
    since: dt.datetime


class Pauses:
    """Pausing stops the sending of what it names and nothing else; what waits is judged again every 30 seconds.

    Every method raises SupabaseError where Supabase is away; then nothing was changed.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def pause(self, organization_id: UUID | None, type: str | None, reason: str, author: Author | None = None) -> None:
        """Stop sending until `resume`; again only renews the reason. Who did is written down with it."""
        arguments = _named(organization_id, type) | {"p_reason": reason} | signed(author)
        self._database.call("aurora_proactive_pause", arguments, nothing)

    def resume(self, organization_id: UUID | None, type: str | None, author: Author | None = None) -> bool:
        """Send again; False where exactly this was not paused. Who did is written down with it."""
        return self._database.call("aurora_proactive_resume", _named(organization_id, type) | signed(author), flag)

    def listed(self) -> list[PauseEntry]:
        """Everything that is paused, oldest first."""
        return self._database.call("aurora_proactive_paused", {}, _pauses)


def _pauses(answer: Any) -> list[PauseEntry]:
    return [
        PauseEntry(
            UUID(row["organization_id"]) if row["organization_id"] else None,
            str(row["message_type"]) if row["message_type"] else None,
            row["reason"],
            dt.datetime.fromisoformat(row["created_at"]),
        )
        for row in rows(answer)
    ]


def _named(organization_id: UUID | None, type: str | None) -> dict[str, str | None]:
    return {
        "p_organization": str(organization_id) if organization_id else None,
        "p_type": str(type) if type else None,
    }
