"""From a demo business and a day to the rows of its clients, pets and bookings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from sandbox.demo import names
from sandbox.demo.business import Business
from sandbox.demo.calendar import Calendar
from sandbox.demo.clients import Habit

_NAMESPACE = UUID("0c5b8a3e-6d1f-5b7c-9a44-7f6f1f3c2d10")
_DAY = dt.timedelta(days=1)
_OVERNIGHT = 720
_PETS_A_CLIENT = 2

Row = dict[str, Any]


@dataclass(slots=True)
class Agenda:
    """The rows by table, in an order that foreign keys allow."""

    services: list[Row] = field(default_factory=list)
    contacts: list[Row] = field(default_factory=list)
    pets: list[Row] = field(default_factory=list)
    bookings: list[Row] = field(default_factory=list)


def demo_id(business: Business, what: str) -> UUID:
    """The id of that thing of that business, the same every time."""
    return uuid5(_NAMESPACE, f"{business.key}/{what}")


def agenda_of(business: Business, today: dt.date) -> Agenda:
    """Everything around the local date `today`; the same for the same day, whatever the hour."""
    return _Writer(business, today).write()


class _Writer:
    def __init__(self, business: Business, today: dt.date) -> None:
        self._business = business
        self._organization = demo_id(business, "organization")
        self._today = today
        self._calendar = Calendar(business, today)
        self._midnight = self._calendar.at(today, dt.time())
        self._agenda = Agenda()

    def write(self) -> Agenda:
        for place, service in enumerate(self._business.services):
            row = {"name": service.name, "price": service.price, "duration_minutes": service.minutes}
            self._agenda.services.append(self._row(f"service/{place}", row))
        for place, habit in enumerate(self._business.habits):
            self._write_client(place, habit)
        for day in self._business.walk_ins:
            self._write_booking(Habit(), day, None, None)
        return self._agenda

    def _write_client(self, place: int, habit: Habit) -> None:
        created = self._midnight + habit.since * _DAY + dt.timedelta(minutes=2 + 7 * (place % 5))
        row = {
            "name": None if habit.anonymous else names.person(place),
            "phone": None if habit.anonymous else names.mobile(self._business.area, place),
            "status": habit.status,
            "last_contact_at": self._heard(habit, created),
            "created_at": created,
        }
        contact = self._row(f"contact/{place}", row)
        self._agenda.contacts.append(contact)
        pets = [self._write_pet(place, number, habit, contact["id"]) for number in range(habit.pets)]
        for day in habit.visits:
            self._write_booking(habit, day, contact, pets[0] if pets else None)

    def _heard(self, habit: Habit, created: dt.datetime) -> dt.datetime | None:
        if habit.contact is None:
            return None
        in_the_morning = self._midnight + habit.contact * _DAY + dt.timedelta(hours=10)
        # not later than now, whatever the hour
        return max(created, min(in_the_morning, self._midnight))

    def _write_pet(self, place: int, number: int, habit: Habit, contact: UUID) -> UUID:
        position = _PETS_A_CLIENT * place + number
        row = {
            "contact_id": contact,
            "name": names.pet(place + 21 * number),
            "species": "gato" if position % 3 == 0 else "cachorro",
            "birthday": self._birthday(position, today=habit.birthday and number == 0),
        }
        pet = self._row(f"pet/{position}", row)
        self._agenda.pets.append(pet)
        pet_id: UUID = pet["id"]
        return pet_id

    def _birthday(self, position: int, *, today: bool) -> dt.date | None:
        if today:
            # four or eight years: 29 February has its birthdays too
            return self._today.replace(year=self._today.year - 4 * (1 + position % 2))
        days = 365 * (1 + position % 11) + 20 + 37 * position % 300
        return None if position % 5 == 1 else self._today - days * _DAY

    def _write_booking(self, habit: Habit, offset: int, contact: Row | None, pet: UUID | None) -> None:
        place = habit.service % len(self._business.services)
        service = self._business.services[place]
        overnight = service.minutes >= _OVERNIGHT
        day = self._calendar.open_day(offset)
        start = self._calendar.at(day, dt.time() if overnight else self._calendar.next_hour(day))
        number = len(self._agenda.bookings)
        known_since = contact["created_at"] if contact else self._midnight - _DAY
        row = {
            "contact_id": contact and contact["id"],
            "pet_id": pet,
            "service_id": self._agenda.services[place]["id"],
            "start_time": start,
            "end_time": start + dt.timedelta(minutes=service.minutes) if number % 3 else None,
            "status": self._status(habit, offset, day, overnight=overnight),
            "price": service.price - 10 if number % 7 == 5 else None,
            "created_at": max(known_since, min(start - dt.timedelta(hours=habit.lead), self._midnight - _DAY / 2)),
        }
        self._agenda.bookings.append(self._row(f"{self._today}/booking/{number}", row))

    def _status(self, habit: Habit, offset: int, day: dt.date, *, overnight: bool) -> str:
        if lost := dict(habit.lost).get(offset):
            return lost
        if day < self._today:
            return "completed"
        if habit.pending:
            return "pending"
        return "in_progress" if overnight else "confirmed"

    def _row(self, what: str, values: Row) -> Row:
        return {"id": demo_id(self._business, what), "organization_id": self._organization, **values}
