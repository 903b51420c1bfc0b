"""The facts once more, from the specification's sentences: plain Python over lists of rows, no SQL.

Slow and obvious on purpose. Every function takes the rows of the whole database and "now", and gives what
the message's facts must be, JSON-ready.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from importlib.resources import files
from itertools import pairwise
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from tests.support.calendar_oracle import Day, Hours, OwnCalendar
from tests.support.calendar_oracle import Row as Row

UTC = dt.UTC
IANA = frozenset(files("tzdata").joinpath("zones").read_text().split())


@dataclass
class Rows:
    """The product's tables and the calendar's, each a list of rows (columns by name)."""

    organizations: list[Row] = field(default_factory=list)
    owner_numbers: list[Row] = field(default_factory=list)
    whatsapp_instances: list[Row] = field(default_factory=list)
    services: list[Row] = field(default_factory=list)
    contacts: list[Row] = field(default_factory=list)
    pets: list[Row] = field(default_factory=list)
    bookings: list[Row] = field(default_factory=list)
    places: list[Row] = field(default_factory=list)
    holidays: list[Row] = field(default_factory=list)
    exceptions: list[Row] = field(default_factory=list)
    feeds: list[Row] = field(default_factory=list)
    feed_events: list[Row] = field(default_factory=list)


class Business:
    """One organisation at one moment."""

    def __init__(self, rows: Rows, organization: Any, now: dt.datetime, options: Row) -> None:
        def mine(table: list[Row]) -> list[Row]:
            return [known_values(row) for row in table if row["organization_id"] == organization]

        self.row = next(row for row in rows.organizations if row["id"] == organization)
        self.zone = zone_of(self.row["timezone"])
        self.now = now
        self.before = dt.datetime.min.replace(tzinfo=UTC)
        self.options = options
        self.today = self.local(now).date()
        self.services = {row["id"]: row for row in mine(rows.services)}
        self.contacts = {row["id"]: row for row in mine(rows.contacts)}
        self.pets = {row["id"]: row for row in mine(rows.pets)}
        self.bookings = mine(rows.bookings)
        self.calendar = OwnCalendar(rows, self.row)
        #: Clients who want no campaigns or mourn, and the pets that died (`audience_oracle` says which).
        self.out: set[Any] = set()
        self.dead: set[Any] = set()

    def local(self, instant: dt.datetime) -> dt.datetime:
        return instant.astimezone(self.zone)

    def instant(self, local: dt.datetime) -> dt.datetime:
        return local.replace(tzinfo=self.zone, fold=0).astimezone(UTC)

    def midnight(self, day: dt.date) -> dt.datetime:
        return self.instant(dt.datetime.combine(day, dt.time()))

    def live(self, booking: Row) -> bool:
        return booking["status"] not in ("cancelled", "no_show")

    def done(self, booking: Row) -> bool:
        started = booking["start_time"] is not None and booking["start_time"] <= self.now
        return booking["status"] == "completed" or (booking["status"] in ("confirmed", "in_progress") and started)

    def value(self, booking: Row) -> Decimal:
        if booking["price"] is not None:
            return Decimal(booking["price"])
        service = self.services.get(booking["service_id"])
        return Decimal(0) if service is None or service["price"] is None else Decimal(service["price"])

    def starting(self, first: dt.date, days: int = 1) -> list[Row]:
        begins, ends = self.midnight(first), self.midnight(first + dt.timedelta(days))
        return [b for b in self.bookings if b["start_time"] is not None and begins <= b["start_time"] < ends]

    def of(self, contact: Row) -> list[Row]:
        return [b for b in self.bookings if b["contact_id"] == contact["id"]]

    def done_of(self, contact: Row) -> list[Row]:
        return [b for b in self.of(contact) if self.done(b)]

    def worth(self, contact: Row) -> Decimal:
        return sum((self.value(b) for b in self.done_of(contact)), Decimal(0))

    def vip(self, contact: Row) -> bool:
        return bool(len(self.done_of(contact)) >= self.options.get("vip_bookings", 5))

    def coming(self, contact: Row) -> bool:
        return any(self.live(b) and b["start_time"] and b["start_time"] > self.now for b in self.of(contact))

    def contacted(self, contact: Row) -> dt.datetime | None:
        at: dt.datetime | None = contact["last_contact_at"] or contact["created_at"]
        return at

    def inactive(self, contact: Row, days: int) -> bool:
        at = self.contacted(contact)
        return at is not None and self.now - at > dt.timedelta(hours=24 * days) and not self.coming(contact)

    def reachable(self) -> list[Row]:
        """The clients who are neither blocked nor out."""
        everybody = self.contacts.values()
        return [each for each in everybody if each["status"] != "blocked" and each["id"] not in self.out]

    def ranked(self, contacts: list[Row]) -> list[Row]:
        """Most done bookings, greatest value, latest contact, id: one stable sort each, the last first."""
        ordered = sorted(contacts, key=lambda c: c["id"])
        ordered.sort(key=lambda c: self.contacted(c) or dt.datetime.min.replace(tzinfo=UTC), reverse=True)
        ordered.sort(key=self.worth, reverse=True)
        ordered.sort(key=lambda c: len(self.done_of(c)), reverse=True)
        return ordered

    def client_line(self, contact: Row) -> Row:
        pets = [p for p in self.pets.values() if p["contact_id"] == contact["id"] and p["is_active"]]
        pets = [p for p in pets if p["id"] not in self.dead]
        names = [p["name"] for p in sorted(pets, key=lambda p: (p["name"], p["id"]))]
        return {"id": str(contact["id"]), "name": contact["name"], "phone": contact["phone"], "pets": names}

    def day(self, day: dt.date) -> Day:
        booked = any(self.live(booking) for booking in self.starting(day))
        return self.calendar.day(day, booked)

    def openings(self, day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
        return self.opened(day, self.day(day).hours)

    def opened(self, day: dt.date, hours: Hours) -> list[tuple[dt.datetime, dt.datetime]]:
        midnight = dt.datetime.combine(day, dt.time())
        found = [(self.instant(midnight + opening), self.instant(midnight + closing)) for opening, closing in hours]
        return merged([(opens, closes) for opens, closes in found if opens < closes])

    def slots(self, day: dt.date, hours: Hours) -> list[dt.datetime]:
        found, length = [], dt.timedelta(minutes=self.slot_minutes)
        for opens, closes in self.opened(day, hours):
            while opens + length <= closes:
                found.append(opens)
                opens += length
        return sorted(found)

    def busy(self) -> list[tuple[dt.datetime, dt.datetime]]:
        """What the events of busy feeds take."""
        return [
            (self.midnight(event["first_day"]), self.midnight(event["last_day"] + dt.timedelta(1)))
            if event["all_day"]
            else (event["starts_at"], event["ends_at"])
            for event in self.calendar.events("busy")
        ]

    def ends(self, booking: Row) -> dt.datetime:
        if booking["end_time"] is not None:
            end: dt.datetime = booking["end_time"]
            return end
        service = self.services.get(booking["service_id"])
        minutes = (service and service["duration_minutes"]) or self.slot_minutes
        start: dt.datetime = booking["start_time"]
        return start + dt.timedelta(minutes=minutes)

    @property
    def slot_minutes(self) -> int:
        minutes: int = self.options.get("slot_minutes", 60)
        return minutes

    def free_slots(self, day: dt.date) -> list[dt.datetime]:
        length = dt.timedelta(minutes=self.slot_minutes)
        taken = [(b["start_time"], self.ends(b)) for b in self.bookings if self.live(b) and b["start_time"]]
        taken += self.busy()
        return [
            start
            for start in self.slots(day, self.day(day).hours)
            if not any(begin < start + length and end > start for begin, end in taken)
        ]


def known_values(row: Row) -> Row:
    """The row as the specification reads it: a value that is none is not there."""
    known = {name: None if is_none(name, value) else value for name, value in row.items()}
    start, end = known.get("start_time"), known.get("end_time")
    return known | {"end_time": None} if start and end and end < start else known


def is_none(name: str, value: Any) -> bool:
    """Whether a column's value is no value. Moments and dates that Python has no value for are strings here."""
    if name in ("start_time", "end_time", "created_at", "last_contact_at", "birthday"):
        return isinstance(value, str)
    if name == "price":
        return value is not None and not (Decimal(value).is_finite() and abs(Decimal(value)) < 10**10)
    return name == "duration_minutes" and value is not None and not 1 <= value <= 366 * 24 * 60


def merged(intervals: list[tuple[dt.datetime, dt.datetime]]) -> list[tuple[dt.datetime, dt.datetime]]:
    """Intervals that overlap or touch, as one."""
    found: list[tuple[dt.datetime, dt.datetime]] = []
    for opens, closes in sorted(intervals):
        if found and opens <= found[-1][1]:
            found[-1] = (found[-1][0], max(closes, found[-1][1]))
        else:
            found.append((opens, closes))
    return found


def zone_of(name: str | None) -> ZoneInfo:
    folded = re.sub(r"^(posix|right)/", "", (name or "").lower())
    return ZoneInfo(next((zone for zone in IANA if zone.lower() == folded), "America/Sao_Paulo"))


def daily_summary(b: Business) -> Row:
    day = b.starting(b.today)
    live = sorted((x for x in day if b.live(x)), key=lambda x: (x["start_time"], x["id"]))
    begins, ends = b.midnight(b.today), b.midnight(b.today + dt.timedelta(1))
    return {
        "date": b.today.isoformat(),
        "fires": not (b.calendar.quiet_when_closed and b.day(b.today).state == "closed"),
        "bookings": len(live),
        "revenue": f"{sum((b.value(x) for x in day if b.done(x)), Decimal(0)):.2f}",
        "new_clients": sum(bool(c["created_at"]) and begins <= c["created_at"] < ends for c in b.contacts.values()),
        "pending": sum(x["status"] == "pending" and (x["start_time"] or b.before) >= begins for x in b.bookings),
        "listed": [_booking_line(b, x) for x in live[:10]],
    }


def _booking_line(b: Business, booking: Row) -> Row:
    def name(table: dict[Any, Row], key: str) -> Any:
        row = table.get(booking[key])
        return None if row is None else row["name"]

    return {
        "id": str(booking["id"]),
        "pet": name(b.pets, "pet_id"),
        "client": name(b.contacts, "contact_id"),
        "service": name(b.services, "service_id"),
        "at": f"{b.local(booking['start_time']):%H:%M}",
    }


def inactive_clients(b: Business) -> Row:
    days = b.options.get("days", 30)
    found = b.ranked([c for c in b.reachable() if b.inactive(c, days)])
    return {
        "date": b.today.isoformat(),
        "fires": bool(found),
        "days": days,
        "inactive": len(found),
        "listed": [b.client_line(c) for c in found[:10]],
    }


def birthdays(b: Business) -> Row:
    def celebrates(born: dt.date | None) -> bool:
        if born is None or born > b.today:
            return False
        try:
            return born.replace(year=b.today.year) == b.today
        except ValueError:
            return b.today == dt.date(b.today.year, 2, 28)

    clients = {c["id"]: c for c in b.reachable()}
    pets = [p for p in b.pets.values() if p["is_active"] and p["contact_id"] in clients and p["id"] not in b.dead]
    pets = [p for p in pets if celebrates(p["birthday"])]
    pets.sort(key=lambda p: (p["name"], p["id"]))
    return {
        "date": b.today.isoformat(),
        "fires": bool(pets),
        "birthdays": len(pets),
        "listed": [
            {
                "id": str(p["id"]),
                "pet": p["name"],
                "client": clients[p["contact_id"]]["name"],
                "phone": clients[p["contact_id"]]["phone"],
            }
            for p in pets[:200]
        ],
    }


def opportunities(b: Business) -> Row:
    ahead = [b.today + dt.timedelta(n) for n in (1, 2, 3)]
    free = [slot for day in ahead for slot in b.free_slots(day)]
    parts = Counter(_part(b.local(slot).hour) for slot in free)
    emptiest = max(("morning", "afternoon", "evening"), key=lambda part: parts[part]) if free else None
    visitors = [line for line in (_visitor(b, c) for c in b.reachable()) if line is not None]
    visitors.sort(key=lambda line: line[0])
    closed = [
        {"date": day.isoformat(), "reason": b.day(day).reason}
        for day in ahead
        if b.day(day).state == "closed" and b.calendar.weekly(day)
    ]
    lines = {"closed": closed} if closed else {}
    return lines | {
        "date": b.today.isoformat(),
        "fires": any(b.openings(day) for day in ahead),
        "confirmed": sum(x["status"] == "confirmed" for x in b.starting(ahead[0], 3)),
        "free_slots": len(free),
        "emptiest": emptiest,
        "listed": [line for _, line in visitors[:5]],
    }


def _part(hour: int) -> str:
    return "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"


def _visitor(b: Business, contact: Row) -> tuple[Any, Row] | None:
    done = [x for x in b.done_of(contact) if x["start_time"]]
    visits = sorted({b.local(x["start_time"]).date() for x in done})
    if len(visits) < 3 or b.coming(contact):
        return None
    usual = median((later - earlier).days for earlier, later in pairwise(visits))
    since = (b.today - visits[-1]).days
    if Decimal(since) < Decimal("0.9") * Decimal(usual):
        return None
    latest = min(done, key=lambda x: (-x["start_time"].timestamp(), x["id"]))
    service = b.services.get(latest["service_id"])
    line: Row = {
        "id": str(contact["id"]),
        "name": contact["name"],
        "weekday": None,
        "rhythm": None,
        "service": None if service is None else service["name"],
        "days_since": since,
    }
    weekday, often = Counter(day.isoweekday() for day in visits).most_common(1)[0]
    if b.vip(contact) and often * 100 >= 60 * len(visits):
        line |= {"reason": "vip_weekday", "weekday": weekday}
    elif (rhythm := _rhythm(usual)) is not None:
        line |= {"reason": "rhythm", "rhythm": rhythm}
    else:
        line |= {"reason": "last_visit"}
    return (-b.worth(contact), -len(visits), contact["id"]), line


def _rhythm(days: float) -> str | None:
    for name, least, most in (("weekly", 6, 8), ("fortnightly", 13, 16), ("monthly", 27, 33)):
        if least <= days <= most:
            return name
    return None


def low_occupancy(b: Business) -> Row:
    tomorrow = b.today + dt.timedelta(1)
    bookings = sum(b.live(x) for x in b.starting(tomorrow))
    hours = list(dict.fromkeys(f"{b.local(slot):%H:%M}" for slot in b.free_slots(tomorrow)))
    if len(hours) > 3:
        hours = [hours[0], hours[len(hours) // 2], hours[-1]]
    few = bookings < b.options.get("low_occupancy_below", 3)
    return {
        "date": b.today.isoformat(),
        "fires": few and _may_alarm(b, tomorrow, bookings),
        "bookings": bookings,
        "free_hours": hours,
        "listed": [_contact_line(b, c) for c in b.ranked([c for c in b.reachable() if _worth_a_line(b, c)])[:15]],
    }


def _may_alarm(b: Business, day: dt.date, bookings: int) -> bool:
    """Whether a day may be alarmed about, however few bookings it has."""
    if not b.calendar.used:
        return bool(b.openings(day))
    today = b.day(day)
    if today.state != "open" or not b.free_slots(day):
        return False
    slots, usual = len(b.slots(day, today.hours)), len(b.slots(day, b.calendar.weekly(day)))
    return not (today.shortens and slots < usual) or bookings < slots / 2


def _worth_a_line(b: Business, contact: Row) -> bool:
    """Of whom not even the last contact is known there is nothing true to say, unless it is a VIP."""
    return not b.coming(contact) and (b.contacted(contact) is not None or b.vip(contact))


def _contact_line(b: Business, contact: Row) -> Row:
    past = [x for x in b.of(contact) if b.live(x) and x["start_time"] and x["created_at"] and x["start_time"] <= b.now]
    ahead = [(x["start_time"] - x["created_at"]).total_seconds() for x in past]
    at, reason = b.contacted(contact), "last_contact"
    if b.vip(contact):
        reason = "vip"
    elif len(past) >= 3 and median(ahead) < 24 * 3600:
        reason = "last_minute"
    return {
        "id": str(contact["id"]),
        "name": contact["name"],
        "reason": reason,
        "done_bookings": len(b.done_of(contact)),
        "days_since_contact": 0 if at is None else max((b.today - b.local(at).date()).days, 0),
    }


def custom_campaign(b: Business) -> Row:
    audience = b.options["target_audience"]
    chosen = [c for c in b.reachable() if (c["phone"] or "").strip()]
    if audience == "vip":
        chosen = [c for c in chosen if b.vip(c)]
    elif audience == "inactive":
        chosen = [c for c in chosen if b.inactive(c, 30)]
    weekday, hour = _best_moment(b)
    date, closed = None, False
    if weekday is not None and b.calendar.used:
        days = [b.today + dt.timedelta(n) for n in range(1, 22)]
        such = [day for day in days if day.isoweekday() == weekday]
        later = [day for day in such if b.day(day).state != "closed"]
        closed = b.day(such[0]).state == "closed"
        date, weekday = later[0] if later else None, weekday if later else None
    return ({"best_date": date.isoformat()} if date and closed else {}) | {
        "date": b.today.isoformat(),
        "fires": True,
        "campaign_type": b.options["campaign_type"],
        "target_audience": audience,
        "message": b.options.get("message"),
        "reach": len(chosen),
        "best_weekday": weekday,
        "best_hour": hour,
        "listed": [b.client_line(c) for c in b.ranked(chosen)[:5]],
    }


def _best_moment(b: Business) -> tuple[int | None, int | None]:
    since = b.now - dt.timedelta(hours=24 * 90)
    made = [b.local(x["created_at"]) for x in b.bookings if x["created_at"] and since < x["created_at"] <= b.now]
    counted = Counter((at.isoweekday(), at.hour) for at in made if not _quiet(b, dt.time(at.hour)))
    if not counted:
        return None, None
    return min(counted, key=lambda moment: (-counted[moment], moment))


def _quiet(b: Business, at: dt.time) -> bool:
    begins = dt.time.fromisoformat(b.options.get("quiet_from", "21:00"))
    ends = dt.time.fromisoformat(b.options.get("quiet_until", "08:00"))
    return (at >= begins or at < ends) if begins > ends else begins <= at < ends
