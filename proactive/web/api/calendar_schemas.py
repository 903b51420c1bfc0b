"""The API's requests and answers about a business's calendar."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, PlainValidator, StringConstraints, WithJsonSchema

from proactive.calendar.business_calendar import BusinessCalendar, DayOfCalendar, DaySource, DayState, HolidayKind
from proactive.calendar.exceptions import LONGEST_TITLE, Says, local_day
from proactive.calendar.unusable import UnusableDay
from proactive.model.moments import within_years
from proactive.web.api.campaign_requests import OrganizationQuery
from proactive.web.api.request_model import RequestModel
from proactive.web.api.schemas import ResponseModel


def _day(text: object) -> dt.date:
    try:
        return within_years(local_day(str(text)))
    except UnusableDay as unusable:
        raise ValueError(unusable.detail.rstrip(".")) from None


#: A local day of the organisation.
Day = Annotated[dt.date, PlainValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
#: A pair of times; what they must be like is the calendar's own check, which says it better.
_Pair = Annotated[list[Annotated[str, StringConstraints(max_length=8)]], Field(min_length=2, max_length=2)]
_Title = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TITLE)]


class CalendarQuery(OrganizationQuery):
    """Local days, `to` included: from today and for a year unless it says otherwise; at most 400 days."""

    since: Annotated[Day | None, Field(alias="from")] = None
    until: Annotated[Day | None, Field(alias="to")] = None


class StretchQuery(OrganizationQuery):
    """Whose, and up to which day (included); without `lastDay` it is one day."""

    last_day: Day | None = None


class DayRequest(RequestModel):
    """What the business says of a day, or of the days up to `lastDay` (included): `closed`, `open` as usual, or open in
    other `hours` (local times, `[["09:00", "13:00"]]`; those that overlap become one). `title` is its own name for it,
    shown on its page only."""

    organization_id: UUID | None = None
    says: Says
    hours: Annotated[list[_Pair], Field(max_length=50)] | None = None
    last_day: Day | None = None
    title: _Title | None = None


class PlaceRequest(RequestModel):
    """Where the business is: a state (UF), and its municipality's IBGE code (seven digits) or null. To say it is to
    confirm it; `state` null takes it back, and no holiday counts. `followsHolidays` may be said at once."""

    organization_id: UUID | None = None
    state: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None
    municipality: Annotated[int, Field(ge=1_000_000, le=9_999_999)] | None = None
    follows_holidays: bool | None = None


class CalendarSwitches(RequestModel):
    """What is left out stays. Holidays are followed only in a confirmed place; the daily summary goes out on closed
    days too unless `summaryOnClosedDays` is false."""

    organization_id: UUID | None = None
    follows_holidays: bool | None = None
    summary_on_closed_days: bool | None = None


class HolidayView(ResponseModel):
    """A holiday of a day in the business's place. `scope`: `national`, a UF, or an IBGE code. `checkedOn` null: nobody
    compared it with its law yet. `opens`: the business said that it opens on it, so it does not count."""

    slug: str
    name: str
    scope: str
    kind: HolidayKind
    law: str | None
    checked_on: dt.date | None
    opens: bool


class ExceptionView(ResponseModel):
    """What the business said of a day, with the first and last day that it said it of."""

    first_day: dt.date
    last_day: dt.date
    says: Says
    hours: list[list[str]] | None
    title: str | None
    said_at: dt.datetime


class DayView(ResponseModel):
    """A local day. `state` is `doubtful` where it counts as open and nothing alarms about it. `source` is what decides:
    an `exception` of the business, a `feed`, its weekly `hours` (`malformed_hours` where they cannot be read, which
    closes the day), a `holiday`; `reason` says it in Portuguese (null: the weekly hours decide). `hours` are the
    openings that count. `bookings` is how many live bookings begin in it; `needsHours`: it was said to be open, and its
    weekday has no hours, so that it is closed until they are told."""

    date: dt.date
    state: DayState
    source: DaySource
    reason: str | None
    hours: list[list[str]]
    holidays: list[HolidayView]
    events: list[str]
    exception: ExceptionView | None
    bookings: int
    needs_hours: bool


class CalendarView(ResponseModel):
    """A business's days, and what holds for them all. `state` and `municipality` are null until somebody confirmed the
    place; `proposedState` is what the number's area code suggests, until somebody answered. `opensOn` are holidays and
    kinds on which the business opens each year. `malformedWeekdays` have hours that cannot be read. `holidaysUntil` is
    the last year that holidays are known of, null for none."""

    organization_id: UUID
    timezone: str
    today: dt.date
    state: str | None
    municipality: int | None
    confirmed_at: dt.datetime | None
    proposed_state: str | None
    follows_holidays: bool
    opens_on: list[str]
    summary_on_closed_days: bool
    malformed_weekdays: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]]
    holidays_until: int | None
    days: list[DayView]


def calendar_view(organization: UUID, calendar: BusinessCalendar) -> CalendarView:
    """The answer about a calendar."""
    place, proposal = calendar.place, calendar.proposal
    known: dict[str, Any] = {
        "organization_id": organization, "timezone": calendar.timezone, "today": calendar.today,
        "state": place.where.uf if place.where else None, "municipality": place.municipality if place.where else None,
        "confirmed_at": place.confirmed_at, "proposed_state": proposal.uf if proposal else None,
        "follows_holidays": place.follows_holidays, "opens_on": [*place.open_kinds, *place.open_holidays],
        "summary_on_closed_days": place.summary_on_closed_days, "malformed_weekdays": calendar.malformed,
        "holidays_until": calendar.holidays_until, "days": [_day_view(day) for day in calendar.days],
    }  # fmt: skip
    return CalendarView.model_validate(known)


def _day_view(day: DayOfCalendar) -> DayView:
    return DayView.model_validate(day.model_dump(mode="json") | {"needs_hours": day.needs_hours})
