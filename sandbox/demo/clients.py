"""How the clients of the demo businesses behave: when they come, what for, when they were last heard of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, cycle, islice


@dataclass(frozen=True, slots=True)
class Habit:
    """A client, in local days from today (negative: ago).

    `visits` are the days of its bookings, `service` the position of its usual service. `contact` is the day
    it was last heard of (None: never since it was created), `since` the day it was created. `lead` is how
    many hours before the start it books. `pending` leaves its coming bookings unconfirmed, `lost` maps days
    to `cancelled` or `no_show`. `pets` counts its pets, `birthday` gives the first one its birthday today.
    """

    visits: tuple[int, ...] = ()
    service: int = 0
    contact: int | None = -5
    since: int = -400
    lead: int = 120
    pending: bool = False
    lost: tuple[tuple[int, str], ...] = ()
    pets: int = 1
    birthday: bool = False
    status: str = "active"
    anonymous: bool = False


def coming_back(last: int, gaps: Iterable[int], times: int) -> tuple[int, ...]:
    """The days of `times` visits, the last one on day `last`, the days between them as `gaps` in turn."""
    return tuple(islice(accumulate(cycle(gaps), lambda day, gap: day - gap, initial=last), times))


def regulars() -> list[Habit]:
    """One or two of each reason to write to somebody who is due, and those who decide at the last minute."""
    return [
        Habit(coming_back(-8, (7,), 13), service=1, contact=-8, pets=2),
        Habit(coming_back(-9, (14,), 8), contact=-9),
        Habit(coming_back(-9, (6, 6, 8, 6, 8, 8), 12), contact=-4),
        Habit(coming_back(-14, (13, 15, 16, 13, 15, 14), 7), service=1, contact=-14),
        Habit(coming_back(-32, (27, 31, 29, 33, 30), 6), service=2, contact=-3),
        Habit(coming_back(-25, (20, 24, 22), 4), service=3, contact=-25),
        Habit(coming_back(-4, (13, 23, 31), 4), contact=-4, lead=3),
        Habit(coming_back(-2, (19, 26), 3), service=4, contact=-2, lead=5),
    ]


def inactive(count: int) -> list[Habit]:
    """Clients who have not been heard of for 34 days and more; the last one never was."""
    some = [
        Habit(
            coming_back(-34 - 9 * place, (41,), place % 3),
            service=place % 3,
            contact=-34 - 9 * place,
            pets=(1, 2, 1, 0)[place % 4],
            status=("inactive", "active")[place % 2],
        )
        for place in range(count - 1)
    ]
    return [*some, Habit(contact=None, since=-64, pets=0, anonymous=True)]


def returning(next_days: Iterable[int], *, pending: Iterable[int] = ()) -> list[Habit]:
    """Clients who have booked for these days and came every three to five weeks before.

    `pending` are the positions of those who have not confirmed.
    """
    unconfirmed = set(pending)
    return [
        Habit(
            (day, *coming_back(-6 - place, (24 + place % 11, 31, 28 + place % 5), 3 + place % 3)),
            service=place % 5,
            contact=-1 - place % 6,
            since=-300 + 5 * place,
            pending=place in unconfirmed,
            lost=((-6 - place, "no_show"),) if place % 9 == 4 else (),
        )
        for place, day in enumerate(next_days)
    ]


def newcomers(count: int) -> list[Habit]:
    """Clients who wrote for the first time today; the first one booked right away."""
    booked = Habit((2,), contact=0, since=0, lead=30, pending=True, status="new")
    return [booked, *(Habit(contact=0, since=0, status="new") for _ in range(count - 1))][:count]
