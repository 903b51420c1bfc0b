"""Which holidays the database has, and writing them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from proactive.storage.answers import count, row
from proactive.storage.supabase import Database


@dataclass(frozen=True, slots=True)
class HolidayState:
    """How much the database knows of national holidays from this year on.

    `made_from` is what they were made from, None where that is nothing, or not the same for all; `years` have some.
    """

    made_from: str | None
    years: tuple[int, ...]


class HolidayStore:
    """Reads and writes the holidays of the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def state(self, today: dt.date) -> HolidayState:
        """What is known from the year of `today` on.

        Raises:
            SupabaseError: Supabase cannot be read.
        """
        return self._database.call("aurora_proactive_holiday_state", {"p_today": today.isoformat()}, _state)

    def write(self, made_from: str, years: Sequence[dict[str, Any]], days: Sequence[dict[str, Any]]) -> int:
        """Write whole years in place of what stood there; answers how many holidays they have.

        Raises:
            SupabaseError: Supabase cannot be written.
        """
        arguments = {"p_made_from": made_from, "p_years": list(years), "p_days": list(days)}
        return self._database.call("aurora_proactive_write_holidays", arguments, count)


def _state(answer: Any) -> HolidayState:
    found = row(answer)
    return HolidayState(found["made_from"], tuple(count(year) for year in found["years"]))
