"""The product's values that are none, as the database finds them: where they are and how many, never what they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from proactive.storage.answers import count, row, rows
from proactive.storage.supabase import Database


@dataclass(frozen=True, slots=True)
class OddValue:
    """Values of an organisation that count as not there: `value` is their table and column, `count` how many."""

    organization: UUID
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class OddValuesPage:
    """The odd values of some organisations; `last` is the last one looked at, None where there was none left."""

    found: tuple[OddValue, ...]
    last: UUID | None


class OddValues:
    """Looks active organisations through, page by page."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, after: UUID | None, limit: int) -> OddValuesPage:
        """The odd values of at most `limit` (1 to 1000) organisations, by id, after the given one.

        Raises:
            SupabaseError: Supabase cannot be read.
        """
        arguments = {"p_after": None if after is None else str(after), "p_limit": limit}
        return self._database.call("aurora_proactive_odd_values", arguments, _page)


def _page(answer: Any) -> OddValuesPage:
    found = row(answer)
    odd = [
        OddValue(UUID(each["organization_id"]), str(each["value"]), count(each["count"]))
        for each in rows(found["found"])
    ]
    return OddValuesPage(tuple(odd), None if found["last"] is None else UUID(found["last"]))
