"""A business's calendar as its page and the API show it: each day with why, the place, what was said of holidays."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from proactive.calendar.exceptions import Says
from proactive.calendar.states import STATES, State, state_of_area

DayState = Literal["open", "closed", "doubtful"]
#: What decides of a day: what the business said, a feed, its weekly hours (or that they cannot be read), a holiday.
DaySource = Literal["exception", "feed", "hours", "malformed_hours", "holiday"]
HolidayKind = Literal["holiday", "optional"]


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True)


class HolidayOfDay(_Read):
    """A holiday of a day and a place. `checked_on` None: nobody compared it with its law yet. `opens`: the business
    said that it opens on it."""

    slug: str
    name: str
    scope: str
    kind: HolidayKind
    law: str | None
    checked_on: dt.date | None
    opens: bool


class ExceptionOfDay(_Read):
    """What the business said of a day, with the stretch it said it of; `title` is its own name for it."""

    first_day: dt.date
    last_day: dt.date
    says: Says
    hours: list[tuple[str, str]] | None
    title: str | None
    said_at: dt.datetime


class DayOfCalendar(_Read):
    """A local day: what it is, what decides, why in Portuguese (None where the weekly hours decide), and the openings
    that count. `events` are titles of its feeds' events, `bookings` is how many live bookings begin in it."""

    date: dt.date
    state: DayState
    source: DaySource
    reason: str | None
    hours: list[tuple[str, str]]
    holidays: list[HolidayOfDay]
    events: list[str]
    exception: ExceptionOfDay | None
    bookings: int

    @property
    def needs_hours(self) -> bool:
        """Whether it was said to be open as usual, and its weekday has no hours: closed until it is told which."""
        return self.state == "closed" and self.exception is not None and self.exception.says == "open"


class PlaceOfBusiness(_Read):
    """What a business said of where it is and of holidays."""

    state: str | None = None
    municipality: int | None = None
    confirmed_at: dt.datetime | None = None
    follows_holidays: bool = False
    proposed_at: dt.datetime | None = None
    declined_at: dt.datetime | None = None
    open_holidays: list[str] = []
    open_kinds: list[str] = []
    summary_on_closed_days: bool = True

    @property
    def where(self) -> State | None:
        """The confirmed state."""
        return STATES[self.state] if self.state and self.confirmed_at else None


class BusinessCalendar(_Read):
    """The days of a stretch, and what holds for all of them. `today` is the organisation's; `malformed` are weekdays
    (`mon` to `sun`) whose hours cannot be read; `holidays_until` is the last year that holidays are known for, None for
    none; `area_code` is of the organisation's number."""

    today: dt.date
    timezone: str
    place: PlaceOfBusiness
    area_code: int | None
    malformed: list[str]
    holidays_until: int | None
    days: list[DayOfCalendar]

    @property
    def proposal(self) -> State | None:
        """The state that the business is asked about, once: by its area code, until somebody said yes or no."""
        asked = self.place.proposed_at or self.place.confirmed_at
        return None if asked else state_of_area(self.area_code)


def business_calendar(answer: Any) -> BusinessCalendar:
    """What the database answered. Raises ValueError: it is something else."""
    return BusinessCalendar.model_validate(answer)
