"""Random small businesses, built around one moment so that every rule of the facts is often at its edge."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
from hypothesis import strategies as st
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.support.oracle import Row, Rows, zone_of

UTC = dt.UTC
ZONES = (
    "America/Sao_Paulo", "America/Havana", "Atlantic/Azores", "Australia/Lord_Howe", "America/Noronha",
    "Asia/Kathmandu", "America/Manaus", "America/Nuuk", "America/Santiago", "Europe/Lisbon", "America/New_York",
    "Pacific/Chatham", "Pacific/Kiritimati", "UTC", "Nowhere/At_All", "foo+3", "", "america/sao_paulo",
    "portugal", "ASIA/KATHMANDU", "Singapore", "posix/America/Manaus",
)  # fmt: skip
#: Local days on which some zone of ZONES changes its clocks, ends February, or does nothing special.
DAYS = tuple(
    dt.date.fromisoformat(day)
    for day in (
        "2018-02-17", "2018-02-18", "2018-11-03", "2018-11-04", "2024-02-28", "2024-02-29", "2025-02-28",
        "2026-03-01", "2026-03-07", "2026-03-08", "2026-03-28", "2026-03-29", "2026-04-04", "2026-04-05",
        "2026-09-05", "2026-10-03", "2026-10-04", "2026-10-24", "2026-10-25", "2026-10-31", "2026-11-01",
        "2026-11-22", "2026-12-31", "2027-01-01",
    )
)  # fmt: skip
HOURS = (
    ("08:00", "12:00"), ("13:00", "18:00"), ("08:00", "18:30"), ("00:00", "24:00"), ("19:00", "22:15"),
    ("18:00", "09:00"), ("9:00", "11:00"), ("00:30", "03:30"), ("22:00", "24:00"), ("x", "12:00"),
    ("08:00", "08:00"), ("12:00", "13:00"), ("08:00", "18:30"), ("02:00", "03:00"), ("01:00", "05:00"),
)  # fmt: skip
#: Opening hours of another shape, in whole or in part.
ODD_HOURS: tuple[Any, ...] = (
    "8h-18h", 5, True, [], ["mon"], [["08:00", "18:00"]], {}, {"segunda": [["08:00", "18:00"]]},
    {"Mon": [["08:00", "18:00"]]}, {"mon": "08:00-18:00", "tue": 8, "wed": None, "thu": {"0": "08:00"}},
    {day: [["08:00", "12:00"], 5, None, [], ["8h", "9h"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
    {"sun": [["08:00", "12:00", "13:00"], [["08:00"], "18:00"], [8, 18], ["08:00", None]], "holidays": []},
)  # fmt: skip
#: Moments and dates that are none, as PostgreSQL writes them.
NO_MOMENTS = ("infinity", "-infinity", "0044-03-15 BC", "12026-11-22")
STATUSES = ("pending", "confirmed", "in_progress", "completed", "completed", "completed", "cancelled", "no_show")
NAMES = (None, "", "Maria", "Ana Costa", "ana", "Álvaro", "João *Bold* Santos", "Zoë", "Maria", "🐶")
PHONES = (None, "", "  ", "11999998888", "+55 (11) 98888-7777", "abc")
MONEY = (None, Decimal("0.00"), Decimal("0.10"), Decimal("33.33"), Decimal("150.00"), Decimal("1234567.89"))


#: The tables that are ours.
CALENDAR = ("places", "holidays", "exceptions", "feeds", "feed_events")


@dataclass
class Case:
    """The rows of two organisations, the one that is asked about, a moment and the options."""

    rows: Rows
    organization: UUID
    owner: UUID
    now: dt.datetime
    options: Row


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A case; the shape is drawn by hypothesis (so that it shrinks), the details by a seeded generator."""
    zone = draw(st.sampled_from(ZONES))
    day = draw(st.sampled_from(DAYS))
    minute = draw(st.one_of(st.sampled_from((0, 1, 30, 60, 90, 120, 1320, 1380, 1439)), st.integers(0, 1439)))
    clients = draw(st.one_of(st.integers(0, 10), st.integers(11, 45)))
    options = draw(
        st.fixed_dictionaries(
            {
                "campaign_type": st.just("promocional"),
                "target_audience": st.sampled_from(("inactive", "vip", "all")),
            },
            optional={
                "vip_bookings": st.integers(1, 6),
                "low_occupancy_below": st.integers(1, 5),
                "slot_minutes": st.sampled_from((20, 30, 45, 60, 90)),
                "days": st.sampled_from((1, 7, 30, 90, 3650)),
                "quiet_from": st.sampled_from(("21:00", "00:00", "22:30")),
                "quiet_until": st.sampled_from(("08:00", "07:30", "21:00")),
                "message": st.sampled_from(("Olá!", "")),
            },
        )
    )
    return Maker(draw(st.integers(0, 2**32)), zone, day, minute).case(clients, options)


class Maker:
    """Makes the rows of one case."""

    def __init__(self, seed: int, zone: str, day: dt.date, minute: int) -> None:
        self.random = random.Random(seed)
        self.zone_name = zone
        self.zone = zone_of(zone)
        self.day = day
        self.now = self.at(day, minute)
        self.rows = Rows()

    def at(self, day: dt.date, minute: int) -> dt.datetime:
        """A local time of a day as an instant, the first or second where it happens twice."""
        local = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minute)
        return local.replace(tzinfo=self.zone, fold=self.random.randint(0, 1)).astimezone(UTC)

    def id(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    def case(self, clients: int, options: Row) -> Case:
        asked = self.organization(clients)
        self.organization(self.random.randint(0, 3))
        self.holidays()
        self._spoil()
        owner = next(row["id"] for row in self.rows.owner_numbers if row["organization_id"] == asked)
        self._tangle()
        return Case(self.rows, asked, owner, self.now, options)

    def organization(self, clients: int) -> UUID:
        organization = self.id()
        days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        hours = None
        if self.random.random() < 0.7:
            opened = [day for day in days if self.random.random() < 0.8]
            hours = {day: [list(pair) for pair in self._hours()] for day in opened}
            hours = self.random.choice(ODD_HOURS) if self.random.random() < 0.15 else hours
        self.add("organizations", id=organization, name="Pet Shop", timezone=self.zone_name, business_hours=hours)
        self.add("owner_numbers", id=self.id(), organization_id=organization, name="Dona", phone="11999998888")
        for _ in range(self.random.randint(0, 3)):
            self.service(organization)
        for _ in range(clients):
            self.client(organization)
        if self.random.random() < 0.7:
            self.calendar(organization)
        return organization

    def calendar(self, organization: UUID) -> None:
        """What a business says of its days, around today and tomorrow."""
        if self.random.random() < 0.85:
            self.add(
                "places",
                organization_id=organization,
                state=self.random.choice(("SP", "SP", "SP", "RJ", None)),
                municipality=self.random.choice((None, 3550308)),
                confirmed_at=self.random.choice((self.now, self.now, self.now, self.now, None)),
                follows_holidays=self.random.random() < 0.9,
                open_holidays=self.random.choice(([], [], [], ["festa"], ["natal", "santo"])),
                open_kinds=self.random.choice(([], [], [], ["optional"], ["holiday"])),
                summary_on_closed_days=self.random.random() < 0.5,
            )
        for number in range(self.random.choice((0, 0, 0, 1, 1, 3))):
            first = self.day + dt.timedelta(self.random.choice((-3, 0, 1, 1, 1, 2, 3, 4)))
            says = self.random.choice(("closed", "open", "hours", "hours"))
            hours = self.random.choice(([["08:00", "10:00"]], [["13:00", "14:30"]], [list(p) for p in self._hours()]))
            hours = self.random.choice([*ODD_HOURS, []]) if self.random.random() < 0.2 else hours
            self.add(
                "exceptions",
                id=self.id(),
                organization_id=organization,
                first_day=first,
                last_day=first + dt.timedelta(self.random.choice((0, 0, 1, 9))),
                says=says,
                hours=hours if says == "hours" else None,
                said_at=self.now - dt.timedelta(hours=self.random.choice((number, 7, 7))),
            )
        for _ in range(self.random.choice((0, 0, 0, 1, 2))):
            self.feed(organization)

    def feed(self, organization: UUID) -> None:
        feed = self.id()
        purpose = self.random.choice(("closures", "busy"))
        self.add("feeds", id=feed, organization_id=organization, purpose=purpose, address="sealed")
        for _ in range(self.random.randint(0, 3)):
            all_day = self.random.random() < 0.5
            first, starts = self.day + dt.timedelta(self.random.randint(-2, 4)), self._near()
            lasts = dt.timedelta(minutes=self.random.choice((1, 30, 60, 600, 3000)))
            self.add(
                "feed_events",
                feed_id=feed,
                organization_id=organization,
                all_day=all_day,
                first_day=first if all_day else None,
                last_day=first + dt.timedelta(self.random.choice((0, 0, 1, 20))) if all_day else None,
                starts_at=None if all_day else starts,
                ends_at=None if all_day else starts + lasts,
            )

    def holidays(self) -> None:
        """Days of the nation, two states and a city around today; some days have several."""
        seen = set()
        for _ in range(self.random.choice((0, 8, 25, 40))):
            day = self.day + dt.timedelta(self.random.choice((0, 1, 1, 1, 2, 3, 4, 7, 14, 21)))
            scope = self.random.choice(("national", "SP", "RJ", "3550308", "3304557"))
            slug = self.random.choice(("natal", "festa", "santo", "cidade"))
            if (day, scope, slug) in seen:
                continue
            seen.add((day, scope, slug))
            kind = self.random.choice(("holiday", "holiday", "optional"))
            name = f"{slug.title()} {self.random.choice('AB')}"
            self.add("holidays", day=day, scope=scope, slug=slug, name=name, kind=kind, source="drawn")

    def _hours(self) -> list[tuple[str, str]]:
        return self.random.sample(HOURS, self.random.choice((0, 1, 1, 2, 3)))

    def service(self, organization: UUID) -> None:
        self.add(
            "services",
            id=self.id(),
            organization_id=organization,
            name=self.random.choice(("Banho", "Tosa", "Consulta")),
            price=self.random.choice(MONEY),
            duration_minutes=self.random.choice((15, 60, 90, 480)),
        )

    def client(self, organization: UUID) -> None:
        contact = self.id()
        self.add(
            "contacts",
            id=contact,
            organization_id=organization,
            name=self.random.choice(NAMES),
            phone=self.random.choice(PHONES),
            status=self.random.choice(("new", "active", "active", "inactive", "blocked")),
            last_contact_at=self.random.choice((None, self._long_ago(), self._long_ago())),
            created_at=self.random.choice((self._long_ago(), self._near())),
        )
        for _ in range(self.random.choice((0, 1, 1, 2, 3))):
            self.pet(organization, contact)
        for start in self._starts():
            self.booking(organization, contact, start)

    def pet(self, organization: UUID, contact: UUID) -> None:
        birthday = self.random.choice(
            (
                None,
                dt.date(2020, 2, 29),
                dt.date(2020, 2, 28),
                dt.date(2019, self.day.month, min(self.day.day, 28)),
                self.day + dt.timedelta(self.random.randint(-1, 1)),
                dt.date(2028, 2, 29),
            )
        )
        self.add(
            "pets",
            id=self.id(),
            organization_id=organization,
            contact_id=contact,
            name=self.random.choice(("Rex", "Luna", "luna", "Ágata", "Max", "Bob\nesponja")),
            birthday=birthday,
            is_active=self.random.random() < 0.8,
        )

    def booking(self, organization: UUID, contact: UUID | None, start: dt.datetime) -> None:
        services = [row["id"] for row in self.rows.services if row["organization_id"] == organization]
        pets = [row["id"] for row in self.rows.pets if row["contact_id"] == contact]
        lasts = self.random.choice((0, 30, 90, 4000))
        ahead = self.random.choice((5, 23 * 60, 24 * 60, 24 * 60 + 1, 3 * 24 * 60, -30))
        self.add(
            "bookings",
            id=self.id(),
            organization_id=organization,
            contact_id=contact if self.random.random() < 0.95 else None,
            pet_id=self.random.choice([*pets, None]),
            service_id=self.random.choice([*services, None]),
            start_time=start,
            end_time=self.random.choice((None, None, start + dt.timedelta(minutes=lasts))),
            status=self.random.choice(STATUSES),
            price=self.random.choice(MONEY),
            created_at=start - dt.timedelta(minutes=ahead),
        )

    def _starts(self) -> list[dt.datetime]:
        """A client's bookings: a rhythm that ends about one beat before today, and some around today."""
        beat = self.random.choice((1, 5, 6, 7, 7, 8, 10, 14, 14, 16, 20, 30, 33, 40))
        count = self.random.choice((0, 0, 2, 3, 4, 6))
        wobble = self.random.choice((0, 0, 1, 3))
        last = self.random.choice((beat, beat, round(beat * 0.9), beat - 1, 2 * beat))
        starts, day = [], self.day - dt.timedelta(last)
        for _ in range(count):
            starts.append(self.at(day, self.random.choice((0, 600, 600, 845, 1439))))
            if self.random.random() < 0.1:
                starts.append(starts[-1])
            day -= dt.timedelta(beat + self.random.randint(-wobble, wobble))
        if self.random.random() < 0.3:
            starts.append(self.at(self.day, self.random.choice((0, 30, 600, 845, 1439))))
        return starts + [self._near() for _ in range(self.random.choice((0, 0, 0, 1, 2)))]

    def _near(self) -> dt.datetime:
        """A moment around now: exactly now, at a midnight, or some time of the days around today."""
        kind = self.random.random()
        if kind < 0.1:
            return self.now
        day = self.day + dt.timedelta(self.random.randint(-1, 5))
        if kind < 0.4:
            edge = self.at(day, self.random.choice((0, 0, 30, 60)))
            return edge - self.random.choice((0, 1)) * dt.timedelta.resolution
        return self.at(day, self.random.randrange(1440))

    def _long_ago(self) -> dt.datetime:
        days = self.random.choice((0, 1, 7, 30, 30, 31, 90, 400))
        shift = self.random.choice((-1, 0, 1)) * dt.timedelta(microseconds=self.random.choice((1, 3_600_000_000)))
        return self.now - dt.timedelta(days) + shift

    def _tangle(self) -> None:
        """Let a few rows point into the other organisation, as broken data would."""
        for booking in self.rows.bookings:
            if self.random.random() < 0.03:
                booking["service_id"] = self.random.choice([None, *(row["id"] for row in self.rows.services)])
            if self.random.random() < 0.03:
                booking["pet_id"] = self.random.choice([None, *(row["id"] for row in self.rows.pets)])
            if self.random.random() < 0.03:
                booking["contact_id"] = self.random.choice([None, *(row["id"] for row in self.rows.contacts)])

    def _spoil(self) -> None:
        """Let some values be none, in half of the cases."""
        if self.random.random() < 0.5:
            return
        for row in (*self.rows.contacts, *self.rows.pets, *self.rows.bookings, *self.rows.services):
            for column in row.keys() & {"start_time", "end_time", "created_at", "last_contact_at", "birthday"}:
                if self.random.random() < 0.05:
                    row[column] = self.random.choice(NO_MOMENTS)
            if "price" in row and self.random.random() < 0.05:
                row["price"] = Decimal("NaN")
            if "duration_minutes" in row and self.random.random() < 0.1:
                row["duration_minutes"] = self.random.choice((0, -60, -(2**31), 2**31 - 1))
            if "end_time" in row and isinstance(row["start_time"], dt.datetime) and self.random.random() < 0.05:
                row["end_time"] = row["start_time"] - dt.timedelta(days=self.random.randint(1, 900))

    def add(self, table: str, **row: Any) -> None:
        getattr(self.rows, table).append(row)


def insert(database: psycopg.Connection[Any], rows: Rows, schema: str = "public") -> None:
    """Insert the rows, a statement a table, into tables of a schema."""
    for table in fields(rows):
        found: list[Row] = getattr(rows, table.name)
        if not found:
            continue
        ours = table.name in CALENDAR
        statement = sql.SQL("insert into {} ({}) values ({})").format(
            sql.Identifier("public", f"aurora_proactive_{table.name}") if ours else sql.Identifier(schema, table.name),
            sql.SQL(", ").join(map(sql.Identifier, found[0])),
            sql.SQL(", ").join(map(sql.Placeholder, found[0])),
        )
        with database.cursor() as cursor:
            cursor.executemany(statement, [_adapted(row) for row in found])


def _adapted(row: Row) -> Row:
    hours = ("business_hours", "hours")
    return {key: Jsonb(value) if key in hours and value is not None else value for key, value in row.items()}
