"""The recipients of the schedule: the time zones in use, and the owners of one, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from proactive.storage.answers import flag, rows, texts
from proactive.storage.supabase import Database


class Recipients:
    """Reads owners with Aurora enabled in active organisations; nobody else gets a message by the schedule."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def time_zones(self) -> list[str]:
        """The IANA names of the time zones that have somebody to write to, in alphabetical order.

        Raises:
            SupabaseError: Supabase cannot be read.
        """
        return self._database.call("aurora_proactive_time_zones", {}, texts)

    def ran_before(self, type: str, zone: str) -> bool:
        """Whether the schedule wrote to somebody of a zone about this type in the last 8 days.

        Raises:
            SupabaseError: Supabase cannot be read.
        """
        arguments = {"p_type": str(type), "p_timezone": zone}
        return self._database.call("aurora_proactive_ran_before", arguments, flag)

    def recipients(self, zone: str, page: int = 1000) -> Iterator[list[tuple[UUID, UUID]]]:
        """Pages of (owner_number_id, organization_id) of a zone of `time_zones()`, in the owners' order of id.

        A page is at most `page` (1 to 1000) long and never empty. Owners who come or go while it is read
        disturb nobody else: each page starts after the last id of the one before.

        Raises:
            ValueError: `page` is not between 1 and 1000.
            SupabaseError: Supabase cannot be read.
        """
        if not 1 <= page <= 1000:
            raise ValueError("page must be between 1 and 1000.")
        last: UUID | None = None
        while found := self._page(zone, last, page):
            yield found
            if len(found) < page:
                return
            last = found[-1][0]

    def _page(self, zone: str, after: UUID | None, limit: int) -> list[tuple[UUID, UUID]]:
        arguments = {"p_timezone": zone, "p_after": None if after is None else str(after), "p_limit": limit}
        return self._database.call("aurora_proactive_recipients", arguments, _recipients)


def _recipients(answer: Any) -> list[tuple[UUID, UUID]]:
    return [(UUID(row["owner_number_id"]), UUID(row["organization_id"])) for row in rows(answer)]
