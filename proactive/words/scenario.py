"""A scenario: what facts of any message type are made of, to see what a business's words make of the odd ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

_CLIENTS = (
    "Maria Silva", "João Santos", "Ana Costa", "Beatriz Lima", "Carlos Souza", "Daniela Rocha", "Eduardo Alves",
    "Fernanda Dias", "Gustavo Nunes", "Helena Prado",
)  # fmt: skip
_PETS = ("Rex", "Luna", "Max", "Mel", "Thor", "Nina", "Bob", "Amora", "Toby", "Pipoca")
_PHONES = ("11999998888", "+55 11 88887-7777", "(31) 97777-6666")
_SERVICES = ("Banho e tosa", "Consulta veterinária", "Adestramento")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario of every type. `figures` are four numbers, of which a type takes those it has, in its order.

    `lines` is how long lists are (None: as long as the first figures say), `longest` the same of lists that may be very
    long. Names, phones and services are taken in turn; one that is None is not known. `nothing_free` has no free hours
    and no known best moment. `date` is the local date; `closed` are closed days with their reasons.
    """

    key: str
    label: str
    owner: str | None
    business: str | None = "Patas & Cia"
    figures: tuple[int, int, int, int] = (12, 1450, 3, 2)
    lines: int | None = None
    longest: int | None = None
    clients: Sequence[str | None] = _CLIENTS
    pet_names: Sequence[str | None] = _PETS
    phones: Sequence[str | None] = _PHONES
    services: Sequence[str | None] = _SERVICES
    pets_each: int = 1
    date: dt.date = dt.date(2026, 11, 23)
    nothing_free: bool = False
    closed: Sequence[tuple[dt.date, str]] = ()
    message: str | None = None
    audience: Any = "vip"

    def id(self, place: int) -> UUID:
        """The id of the row that the line at a place stands for."""
        return UUID(int=place + 1)

    def client(self, place: int) -> str | None:
        """The client of the line at a place."""
        return self.clients[place % len(self.clients)]

    def pet(self, place: int) -> str | None:
        """The first pet of the line at a place."""
        return self.pet_names[place % len(self.pet_names)]

    def pets(self, place: int) -> tuple[str, ...]:
        """All pets of the line at a place."""
        return tuple(pet for pet in (self.pet(place + n) for n in range(self.pets_each)) if pet)

    def phone(self, place: int) -> str | None:
        """The phone of the line at a place."""
        return self.phones[place % len(self.phones)]

    def service(self, place: int) -> str | None:
        """The service of the line at a place."""
        return self.services[place % len(self.services)]
