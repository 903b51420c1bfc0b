"""The period that a panel shows: today, the last days, or two dates, in local days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from proactive.model.zones import zone_info
from proactive.web.pages import labels

Span = Literal["hoje", "7", "30", "90", "datas"]
SPANS: dict[Span, str] = {"hoje": "Hoje", "7": "7 dias", "30": "30 dias", "90": "90 dias", "datas": "Datas"}
_LONGEST = 366


@dataclass(frozen=True, slots=True)
class Period:
    """Local days from `first` to `last`, both included; `today` is the zone's own."""

    span: Span
    first: dt.date
    last: dt.date
    today: dt.date

    @property
    def days(self) -> int:
        """The number of days in the period."""
        return (self.last - self.first).days + 1

    @property
    def label(self) -> str:
        """`22 de nov.` or `24 de out. – 22 de nov.`"""
        if self.days == 1:
            return labels.day(self.first)
        return f"{labels.day(self.first)} – {labels.day(self.last)}"


def period_of(span: Span, first: dt.date | None, last: dt.date | None, zone: str, now: dt.datetime) -> Period:
    """The period that a query names, as of `now` (aware), at most a year. Dates in the wrong order are exchanged."""
    today = now.astimezone(zone_info(zone)).date()
    if span != "datas":
        days = 1 if span == "hoje" else int(span)
        return Period(span, today - dt.timedelta(days=days - 1), today, today)
    first, last = sorted((first or last or today, last or first or today))
    return Period(span, max(first, last - dt.timedelta(days=_LONGEST - 1)), last, today)
