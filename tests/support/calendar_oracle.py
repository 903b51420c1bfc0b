"""A business' calendar once more, from the specification's sentences: what a day is, and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.oracle import Rows

Row = dict[str, Any]
#: Openings of a day, from its midnight on; overlapping ones are not merged yet.
Hours = list[tuple[dt.timedelta, dt.timedelta]]
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
USUAL: Hours = [(dt.timedelta(hours=8), dt.timedelta(hours=18))]


@dataclass(frozen=True)
class Day:
    """What a local day is: `state` open, closed or doubtful; `shortens` where an exception gave it these hours."""

    state: str
    hours: Hours
    reason: str | None = None
    shortens: bool = False


class OwnCalendar:
    """The rows of one organisation."""

    def __init__(self, rows: Rows, organization: Row) -> None:
        def mine(table: list[Row]) -> list[Row]:
            return [row for row in table if row["organization_id"] == organization["id"]]

        self.business_hours = organization["business_hours"]
        known = mine(rows.places)
        self.said = known[0] if known else None
        follows = [row for row in known if row["follows_holidays"] and row["confirmed_at"] and row["state"]]
        self.place = follows[0] if follows else None
        self.exceptions, self.feeds, self.all_holidays = mine(rows.exceptions), mine(rows.feeds), rows.holidays
        self._events = rows.feed_events
        self.used = bool(self.place or self.exceptions or self.feeds)

    @property
    def quiet_when_closed(self) -> bool:
        """Whether the business wants no summary on closed days."""
        return self.used and self.said is not None and not self.said["summary_on_closed_days"]

    def events(self, purpose: str) -> list[Row]:
        feeds = {feed["id"] for feed in self.feeds if feed["purpose"] == purpose}
        return [event for event in self._events if event["feed_id"] in feeds]

    def weekly(self, day: dt.date) -> Hours:
        """What the weekly hours say of a day; malformed ones close it."""
        hours = self.business_hours
        if hours is None:
            return USUAL if day.isoweekday() < 7 else []
        return hours_of(hours.get(DAY_NAMES[day.weekday()])) if isinstance(hours, dict) else []

    def day(self, day: dt.date, booked: bool) -> Day:
        """The first of the five lines that speaks; `booked` is whether a live booking starts in the day."""
        if not self.used:
            return Day("open" if self.weekly(day) else "closed", self.weekly(day))
        found = self._by_exception(day)
        if found is not None:
            return found
        closures = [e for e in self.events("closures") if e["all_day"] and e["first_day"] <= day <= e["last_day"]]
        if closures:
            return Day("closed", [], "sua agenda")
        if not self.weekly(day):
            return Day("closed", [])
        holidays = self._holidays(day)
        if not holidays:
            return Day("open", self.weekly(day))
        if holidays[0]["kind"] == "holiday" and not booked:
            return Day("closed", [], holidays[0]["name"])
        return Day("doubtful", self.weekly(day), holidays[0]["name"])

    def _by_exception(self, day: dt.date) -> Day | None:
        covering = [e for e in self.exceptions if e["first_day"] <= day <= e["last_day"]]
        if not covering:
            return None
        newest = max(covering, key=lambda e: (e["said_at"], e["id"]))
        if newest["says"] == "closed":
            return Day("closed", [], "você marcou")
        hours = self.weekly(day) if newest["says"] == "open" else hours_of(newest["hours"])
        return Day("open" if hours else "closed", hours, "você marcou", shortens=newest["says"] == "hours")

    def _holidays(self, day: dt.date) -> list[Row]:
        """The holidays that count, the one that counts before the others first."""
        if self.place is None:
            return []
        scopes = ["national", self.place["state"], str(self.place["municipality"])]
        found = [h for h in self.all_holidays if h["day"] == day and h["scope"] in scopes]
        found = [h for h in found if h["slug"] not in self.place["open_holidays"]]
        found = [h for h in found if h["kind"] not in self.place["open_kinds"]]
        return sorted(found, key=lambda h: (h["kind"] != "holiday", scopes.index(h["scope"]), h["name"]))


def hours_of(value: Any) -> Hours:
    """A day's list of pairs; none where any of it is no pair of times, the second later."""
    found: Hours = []
    for pair in value if isinstance(value, list) else []:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(text, str) for text in pair)):
            return []
        try:
            opening, closing = minutes_of(pair[0]), minutes_of(pair[1])
        except ValueError:
            return []
        if not opening < closing:
            return []
        found.append((opening, closing))
    return found


def minutes_of(text: str) -> dt.timedelta:
    text = text[:-3] if text.count(":") == 2 and text.endswith(":00") else text
    if text == "24:00":
        return dt.timedelta(days=1)
    at = dt.datetime.strptime(text, "%H:%M")  # noqa: DTZ007
    return dt.timedelta(hours=at.hour, minutes=at.minute)
