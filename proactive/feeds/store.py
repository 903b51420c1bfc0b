"""The feeds in the database: which an organisation has, whose turn it is to be read, and what was read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from proactive.storage.answers import Row, flag, row, rows
from proactive.storage.supabase import Database

#: The most feeds of an organisation.
MOST_FEEDS = 3


class FeedStore:
    """Reads and writes feeds. Every method raises SupabaseError where Supabase is away; moments are aware."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, organization: UUID, now: dt.datetime) -> list[Row]:
        """The feeds of an organisation, oldest first, without their addresses."""
        arguments = {"p_organization": str(organization), "p_now": now.isoformat()}
        return self._database.call("aurora_proactive_feeds_of", arguments, rows)

    def add(
        self, organization: UUID, feed: dict[str, Any], digests: Sequence[str], by: str, via: str, now: dt.datetime
    ) -> Row:
        """Add a feed: `{"id": ...}`, or `{"refused": ...}`. `digests` are those that its address may be known by."""
        arguments = {
            "p_organization": str(organization), "p_feed": feed, "p_digests": list(digests), "p_most": MOST_FEEDS,
            "p_by": by, "p_via": via, "p_now": now.isoformat(),
        }  # fmt: skip
        return self._database.call("aurora_proactive_add_feed", arguments, row)

    def remove(self, organization: UUID, feed: UUID, by: str, via: str) -> bool:
        """Remove a feed and what was read of it; whether it was there."""
        arguments = {"p_organization": str(organization), "p_feed": str(feed), "p_by": by, "p_via": via}
        return self._database.call("aurora_proactive_remove_feed", arguments, flag)

    def take(self, reader: str, seconds: int, most: int, now: dt.datetime) -> list[Row]:
        """Take feeds that are due, for this reader alone for so many seconds."""
        arguments = {"p_now": now.isoformat(), "p_reader": reader, "p_seconds": seconds, "p_most": most}
        return self._database.call("aurora_proactive_take_feeds", arguments, rows)

    def keep(self, feed: str, reader: str, result: dict[str, Any], now: dt.datetime) -> str:
        """Keep what a reader found; what became of it (kept, same, unconfirmed, fault, lost)."""
        arguments = {"p_feed": feed, "p_reader": reader, "p_result": result, "p_now": now.isoformat()}
        return self._database.call("aurora_proactive_keep_feed", arguments, str)
