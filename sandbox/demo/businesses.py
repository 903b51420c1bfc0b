"""The three demo businesses: where they are, when they open, what they sell, who comes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from sandbox.demo.business import WEEKDAYS, Business, Service
from sandbox.demo.clients import Habit, inactive, newcomers, regulars, returning


def _services(*rows: tuple[str, str, int]) -> tuple[Service, ...]:
    return tuple(Service(name, Decimal(price), minutes) for name, price, minutes in rows)


def _celebrating(habits: Iterable[Habit], *positions: int) -> tuple[Habit, ...]:
    return tuple(replace(h, birthday=True) if place in positions else h for place, h in enumerate(habits))


_PETSHOP = _services(
    ("Banho", "60.00", 60),
    ("Banho e tosa", "95.00", 90),
    ("Consulta veterinária", "150.00", 30),
    ("Adestramento", "180.00", 60),
    ("Vacinação", "85.00", 30),
    ("Diária de hotel", "120.00", 1440),
)
_HOTEL = Habit((0, -20, -61), service=5, contact=0, since=-200)
_CHANGED_HER_MIND = Habit((1, -30, -77), service=1, contact=-1, lost=((1, "cancelled"),))
_BLOCKED = Habit((-50, -80), contact=-50, status="blocked", birthday=True)

# the days of the coming bookings: two tomorrow, so that the alert of low occupancy fires
_BOOKED = (0,) * 7 + (1,) * 2 + (2,) * 4 + (3,) * 4 + (5, 6, 6, 8, 9)
_SAO_PAULO = Business(
    key="sao-paulo",
    name="Patas & Cia",
    timezone="America/Sao_Paulo",
    area="11",
    owner="Helena Prado",
    # open every day, so that every message has something to say whatever the weekday
    hours={
        **{day: [["08:00", "12:00"], ["13:00", "18:00"]] for day in WEEKDAYS[:5]},
        "sat": [["08:00", "17:00"]],
        "sun": [["09:00", "13:00"]],
    },
    services=_PETSHOP,
    habits=(
        *_celebrating(regulars(), 0),
        *_celebrating(inactive(14), 2),
        *_celebrating(returning(_BOOKED, pending=(2, 5, 8, 12)), 1),
        *newcomers(3),
        _HOTEL,
        _CHANGED_HER_MIND,
        _BLOCKED,
    ),
    walk_ins=(0,),
)
_MANAUS = Business(
    key="manaus",
    name="Clínica Bicho da Mata",
    timezone="America/Manaus",
    area="92",
    owner="Raimundo Teixeira",
    hours=None,
    services=_PETSHOP[:5],
    habits=(
        *_celebrating(regulars()[:4], 3),
        *inactive(2)[:1],
        *returning((0,) * 3 + (1,) * 4 + (2,) * 3 + (3,) * 3 + (5, 7), pending=(1, 5)),
        *newcomers(1),
    ),
)
_NORONHA = Business(
    key="noronha",
    name="Banho de Mar Pet",
    timezone="America/Noronha",
    area="81",
    owner="Iara Fontes",
    hours={day: [["09:00", "12:00"], ["14:00", "17:00"]] for day in WEEKDAYS[1:6]},
    services=_PETSHOP[:2],
    habits=(*inactive(4), *returning((2, 3, 3, 6))),
)

BUSINESSES = (_SAO_PAULO, _MANAUS, _NORONHA)
