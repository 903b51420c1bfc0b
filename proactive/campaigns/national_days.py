"""National holidays, on which clients are written to only where the settings say so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dateutil.easter import easter

#: What federal law fixes (Leis 662/1949, 6.802/1980 and 14.759/2023), by month and day; Good Friday is added.
_FIXED = frozenset({(1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (11, 20), (12, 25)})


class NationalDays:
    """The national holidays that the table has, `known` being what the database answered of some days.

    Of a year that the table lacks, those that federal law fixes: a list that is missing never lets a campaign out on a
    holiday.
    """

    def __init__(self, known: Mapping[str, Any]) -> None:
        self._days = frozenset(dt.date.fromisoformat(day) for day in known["days"])
        self._years = frozenset(known["years"])

    def holds(self, day: dt.date) -> bool:
        """Whether a day is a national holiday."""
        if day.year in self._years:
            return day in self._days
        return (day.month, day.day) in _FIXED or day == easter(day.year) - dt.timedelta(days=2)
