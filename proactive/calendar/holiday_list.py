"""The holidays of whole years: what the package `holidays` lists, with our corrections over it.

It loads that package (20 MB): only the command `aurora holidays` imports this module, in a process of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import holidays

from proactive.calendar.corrections import corrected, read_checks, read_corrections
from proactive.calendar.holiday import NATIONAL, STATES, Holiday, Kind

#: The package's categories, and what they are for us.
_CATEGORIES: dict[str, Kind] = {"public": "holiday", "optional": "optional"}


@dataclass(frozen=True, slots=True)
class HolidayList:
    """The holidays of some years, and when the list of each scope and year was checked."""

    years: tuple[int, ...]
    holidays: tuple[Holiday, ...]
    checks: dict[tuple[str, int], dt.date]

    def of(self, scope: str, year: int) -> list[Holiday]:
        """Those of one scope and year, in their order."""
        return [each for each in self.holidays if (each.scope, each.day.year) == (scope, year)]

    def year_rows(self) -> list[dict[str, Any]]:
        """What was listed of each scope and year, as rows of the database: scopes without holidays as well."""
        scopes = sorted({NATIONAL, *STATES, *(each.scope for each in self.holidays)})
        return [
            {
                "scope": scope, "year": year, "days": len(self.of(scope, year)),
                "checked_on": checked.isoformat() if (checked := self.checks.get((scope, year))) else None,
            }
            for scope in scopes
            for year in self.years
        ]  # fmt: skip


def holiday_list(years: Sequence[int]) -> HolidayList:
    """The national holidays and those of every state of some years."""
    listed, checks = list(_listed(years)), read_checks()
    found = corrected(listed, read_corrections(), years, checks)
    return HolidayList(tuple(years), tuple(found), checks)


def _listed(years: Sequence[int]) -> Iterator[Holiday]:
    """What the package says, each name of a day once: the nation's, then what a state has beside them."""
    national, source = set(_named(None, years)), f"holidays {version('holidays')}"
    for scope in (None, *STATES):
        own = national if scope is None else set(_named(scope, years)) - national
        for day, name, kind in sorted(own):
            yield Holiday(day, scope or NATIONAL, name, kind, None, source)


def _named(state: str | None, years: Sequence[int]) -> Iterator[tuple[dt.date, str, Kind]]:
    for category, kind in _CATEGORIES.items():
        found = holidays.country_holidays(
            "BR", subdiv=state, years=years, categories=(category,), language="pt_BR", expand=False
        )
        for day in found:
            yield from ((day, name, kind) for name in found.get_list(day))
