"""Our corrections of what the package `holidays` says, each line with its law and where that can be read."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import product

from dateutil.easter import easter

from proactive.calendar.holiday import Holiday, Kind, slug_of

#: What a line says that a day is: a kind; one that nobody has settled (optional until then); or none at all.
_KINDS: Mapping[str, tuple[Kind | None, bool]] = {
    "holiday": ("holiday", True), "optional": ("optional", True), "uncertain": ("optional", False),
    "none": (None, True),
}  # fmt: skip
_FEATURES = re.compile(
    r"(?P<year>\d{4})-(?P<dated>\d\d-\d\d)|(?P<fixed>\d\d-\d\d)|easter(?P<easter>[+-]\d+)"
    r"|(?P<which>first|last) sunday of (?P<month>\d\d)|any"
)


@dataclass(frozen=True, slots=True)
class Correction:
    """A line of corrections.csv.

    `when` is `MM-DD`, `YYYY-MM-DD` (that year only), `easter+60`, `first sunday of 10`, `last sunday of 10`, or `any`:
    whenever the package has a holiday of this name. `kind` is holiday, optional, uncertain (optional, and "a confirmar"
    until somebody settles it) or none. `years` is empty, `even`, `2025-` or `-2024`.
    """

    scope: str
    when: str
    name: str
    kind: str
    years: str
    law: str
    source: str
    checked_on: str

    def day(self, year: int) -> dt.date | None:
        """The day of a year that the line is about; None where there is none, or it is about any."""
        found = _FEATURES.fullmatch(self.when)
        if found is None:
            raise ValueError(f"corrections.csv: {self.when!r} is no day")
        if not self._holds_in(year) or self.when == "any" or (found["year"] and int(found["year"]) != year):
            return None
        if found["easter"]:
            return easter(year) + dt.timedelta(days=int(found["easter"]))
        if found["which"]:
            return _sunday(year, int(found["month"]), last=found["which"] == "last")
        month, day = map(int, (found["dated"] or found["fixed"]).split("-"))
        return dt.date(year, month, day)

    def replaces(self, holiday: Holiday) -> bool:
        """Whether the line stands in the place of what the package says."""
        if holiday.scope != self.scope or not self._holds_in(holiday.day.year):
            return False
        if self.when == "any":
            return holiday.slug == slug_of(self.name)
        return holiday.day == self.day(holiday.day.year)

    def over(self, holiday: Holiday) -> Holiday | None:
        """What stands in the place of the package's holiday that the line `replaces`.

        The same with its law, where the line is about any day; else nothing: the line makes its own.
        """
        return self.made(holiday.day, holiday.checked_on) if self.when == "any" else None

    def made(self, day: dt.date, checked_on: dt.date | None) -> Holiday | None:
        """The holiday of a day by this line, None where it says that there is none; `checked_on`: when its year was.

        A line for a single year has a day of its own on which it was looked up.
        """
        kind, settled = _KINDS[self.kind]
        if kind is None:
            return None
        own = dt.date.fromisoformat(self.checked_on) if self.checked_on else checked_on
        return Holiday(day, self.scope, self.name, kind, self.law or None, self.source, own if settled else None)

    def _holds_in(self, year: int) -> bool:
        if self.years == "even":
            return year % 2 == 0
        first, _, last = self.years.partition("-")
        return (not first or year >= int(first)) and (not last or year <= int(last))


def corrected(
    listed: Iterable[Holiday],
    lines: Sequence[Correction],
    years: Iterable[int],
    checks: Mapping[tuple[str, int], dt.date],
) -> list[Holiday]:
    """What the package lists of some years with our lines over it, in the order of day and scope.

    Of two lines about one day and scope the later counts. `checks` says when the list of a scope and year was compared
    with its decree.
    """
    found: dict[tuple[dt.date, str, str], Holiday] = {}

    def keep(holiday: Holiday) -> None:
        found[holiday.day, holiday.scope, holiday.slug] = holiday

    for each in listed:
        line = next((line for line in lines if line.replaces(each)), None)
        checked = replace(each, checked_on=checks.get((each.scope, each.day.year)))
        kept = checked if line is None else line.over(checked)
        if kept is not None:
            keep(kept)
    for line, year in product(lines, years):
        day = line.day(year)
        if day is None:
            continue
        made = line.made(day, checks.get((line.scope, year)))
        if made is not None:
            keep(made)
        else:
            found = {key: each for key, each in found.items() if key[:2] != (day, line.scope)}
    return [found[key] for key in sorted(found)]


def read_corrections() -> list[Correction]:
    """The lines of corrections.csv."""
    return [Correction(**row) for row in _rows("corrections.csv")]


def read_checks() -> dict[tuple[str, int], dt.date]:
    """When which scope's list of which year was compared with its decree: the lines of checks.csv."""
    return {(row["scope"], int(row["year"])): dt.date.fromisoformat(row["checked_on"]) for row in _rows("checks.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    text = files("proactive.calendar").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines(), strict=True))


def _sunday(year: int, month: int, *, last: bool) -> dt.date:
    first = dt.date(year, month, 1)
    found = first + dt.timedelta(days=6 - first.weekday())
    while last and (found + dt.timedelta(days=7)).month == month:
        found += dt.timedelta(days=7)
    return found
