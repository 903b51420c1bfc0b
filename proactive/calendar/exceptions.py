"""What a business says of a day or of a stretch of days: closed, open as usual, or other hours."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from proactive.calendar.day_hours import Opening, checked_hours
from proactive.calendar.unusable import UnusableDay
from proactive.text.sanitize import clean_text

Says = Literal["closed", "open", "hours"]
#: Days of the longest stretch: a shop may be closed for months.
LONGEST = 366
#: Letters of what a day is called.
LONGEST_TITLE = 60
_YEARS_AHEAD = 2
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class DayException:
    """What is said of the local days `first` to `last` (included). `title` is what the business calls them, such as the
    name of a municipal holiday: shown on its own page only."""

    first: dt.date
    last: dt.date
    says: Says
    hours: Sequence[Sequence[str]] | None = None
    title: str | None = None

    def checked(self, today: dt.date) -> DayException:
        """The exception with its hours in order; `today` is the organisation's.

        Raises:
            UnusableDay: the days are over, turned round, too many or too far; the hours are none.
        """
        checked_days(self.first, self.last, today)
        if self.says != "hours" and self.hours is not None:
            raise UnusableDay("hours", 'Leave the hours out, or say "hours".', "Este dia não leva horários.")
        title = " ".join((clean_text(self.title or "") or "").split()) or None
        if title is not None and len(title) > LONGEST_TITLE:
            raise UnusableDay(
                "title", f"It has at most {LONGEST_TITLE} characters.", f"O nome tem no máximo {LONGEST_TITLE} letras."
            )
        hours = checked_hours(self.hours or ()) if self.says == "hours" else None
        return replace(self, hours=hours, title=title)

    def as_json(self) -> dict[str, Any]:
        """As the database takes it."""
        hours: list[Opening] | None = [(pair[0], pair[1]) for pair in self.hours] if self.hours is not None else None
        return {
            "first_day": self.first.isoformat(), "last_day": self.last.isoformat(), "says": self.says, "hours": hours,
            "title": self.title,
        }  # fmt: skip


def checked_days(first: dt.date, last: dt.date, today: dt.date) -> None:
    """Check that somebody may still say something of the local days `first` to `last`; `today` is the organisation's.

    Raises:
        UnusableDay: they are over, turned round, too many or too far.
    """
    if last < first:
        raise UnusableDay("lastDay", "It is before the first day.", "O último dia é antes do primeiro.")
    if first < today:
        raise UnusableDay(
            "date", f"This day is over, and what was sent stays: begin with today ({today}) or later.",
            f"O dia {first:%d/%m/%Y} já passou: comece por hoje ou depois.",
        )  # fmt: skip
    if (last - first).days >= LONGEST:
        raise UnusableDay(
            "lastDay", f"At most {LONGEST} days at once.", f"No máximo {LONGEST} dias de uma vez: marque em duas vezes."
        )
    if last > horizon(today):
        raise UnusableDay(
            "lastDay" if first <= horizon(today) else "date",
            f"The calendar ends on {horizon(today)}: say it of days until then.",
            f"O calendário vai até {horizon(today):%d/%m/%Y}.",
        )


def local_day(text: str) -> dt.date:
    """The day that a text is, `2026-06-04`. Raises UnusableDay: it is none, or there is no such day."""
    try:
        if _DAY.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise UnusableDay(
        "date", "It should be a day that there is, like 2026-11-22.", "Escolha um dia que existe no calendário."
    )


def horizon(today: dt.date) -> dt.date:
    """The last day of which anything is known or may be said: the end of the year after next."""
    return dt.date(today.year + _YEARS_AHEAD, 12, 31)


def yearly(day: dt.date, title: str, today: dt.date) -> tuple[DayException, ...]:
    """A day on which a business closes each year, from `day` to the horizon of `today`; 29 February only where it is.

    What a municipality celebrates is said by its businesses: no list of it is taken as true.
    """
    years = range(day.year, horizon(today).year + 1)
    days = [day.replace(year=year) for year in years if _exists(year, day)]
    return tuple(DayException(each, each, "closed", title=title) for each in days)


def _exists(year: int, day: dt.date) -> bool:
    try:
        day.replace(year=year)
    except ValueError:
        return False
    return True
