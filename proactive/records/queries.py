"""The queries of messages: each is one call of a database function."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from proactive.storage.answers import Row, optional_row, rows
from proactive.storage.supabase import Database


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """A filter of messages; None does not filter. `since` is included, `until` is not (aware instants).

    `id` is the beginning of a message's id (hexadecimal digits) or a whole id of the gateway's.
    """

    organization: UUID | None = None
    type: str | None = None
    status: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    id: str | None = None
    delivery: str | None = None


class MessageQueries:
    """Reads messages; every method raises SupabaseError where Supabase is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def messages(self, wanted: MessageFilter, after: tuple[dt.datetime, UUID] | None, limit: int) -> list[Row]:
        """At most `limit` messages, newest first, after the last row seen (its creation and id)."""
        seen_at, seen_id = after or (None, None)
        arguments = {
            "p_organization": _text(wanted.organization), "p_type": _text(wanted.type), "p_status": wanted.status,
            "p_from": _iso(wanted.since), "p_to": _iso(wanted.until), "p_id": wanted.id,
            "p_before_at": _iso(seen_at), "p_before_id": _text(seen_id), "p_limit": limit,
            "p_delivery": wanted.delivery,
        }  # fmt: skip
        return self._database.call("aurora_proactive_search_messages", arguments, rows)

    def message(self, message_id: UUID) -> Row | None:
        """One message whole, with its replies; None where there is none."""
        return self._database.call("aurora_proactive_message", {"p_id": str(message_id)}, optional_row)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
