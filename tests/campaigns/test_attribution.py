"""What is said to come because of campaigns, against purchases of real people with a known share added (CDNOW)."""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from uuid import UUID, uuid5

import pytest

from proactive.campaigns.effect import HELD_BOOKINGS, HELD_CLIENTS
from proactive.campaigns.holdout import HELD_BACK, Holdout
from proactive.model.chance import Interval, endless_interval, score, tuning

_DATA = Path(__file__).parents[1] / "data" / "cdnow_sample.txt"
#: Days of the data at which the campaigns of a shop begin.
_BEGINS = range(90, 530, 15)
_WINDOW, _LATELY = 14, 60
_NAMESPACE = UUID("5b0c9ad4-2a35-4a63-8f6c-5f8d5e1a7f31")

Purchases = list[tuple[int, int]]


def customers() -> list[Purchases]:
    """The purchases of each customer: the day and the cents."""
    found = []
    for line in _DATA.read_text().splitlines():
        found.append([(int(day), int(cents)) for day, _, cents in (each.partition(":") for each in line.split())])
    return found


def inactive(purchases: Purchases, day: int) -> bool:
    """Whether a customer is known on a day and has bought nothing for 30 days."""
    past = [at for at, _ in purchases if at <= day]
    return bool(past) and day - max(past) > 30


def bought(purchases: Purchases, day: int) -> bool:
    """Whether a customer bought something within the window after a day."""
    return any(day < at <= day + _WINDOW for at, _ in purchases)


@cache
def standing() -> list[dict[int, bool]]:
    """Of each customer the days at which a campaign would write to it, and whether it buys then anyway."""
    return [{day: bought(purchases, day) for day in _BEGINS if inactive(purchases, day)} for purchases in customers()]


def test_many_buy_without_any_message() -> None:
    everybody = customers()
    found: dict[str, list[bool]] = {"inactive": [], "due": [], "valuable": []}
    for day in range(120, 530, 7):
        ranked = []
        for number, purchases in enumerate(everybody):
            past = [each for each in purchases if each[0] <= day]
            visits = sorted({at for at, _ in past})
            again = bought(purchases, day)
            if inactive(purchases, day):
                found["inactive"].append(again)
                ranked.append((-len(past), -sum(cents for _, cents in past), -visits[-1], number, again))
            if len(visits) >= 3:
                rhythm = statistics.median(later - at for at, later in pairwise(visits))
                if day - visits[-1] >= 0.9 * rhythm:
                    found["due"].append(again)
        found["valuable"] += [each[-1] for each in sorted(ranked)[:10]]
    shares = {name: 100 * sum(each) / len(each) for name, each in found.items()}
    assert shares["inactive"] == pytest.approx(2.8, abs=0.1)
    assert shares["due"] == pytest.approx(9.5, abs=0.1)
    assert shares["valuable"] == pytest.approx(21.2, abs=0.6)


class MeasuredShop:
    """A shop whose clients are some of these customers, with campaigns to who is inactive and a share added to what
    those buy who are written to."""

    def __init__(self, everybody: Sequence[dict[int, bool]], run: int, share: float, added: float) -> None:
        self.chance, self.share, self.added = random.Random(run), share, added
        clients = self.chance.sample(everybody, 400)
        self.clients = {uuid5(_NAMESPACE, str(number)): days for number, days in enumerate(clients)}
        self.run, self.held_until = run, dict[UUID, int]()
        self.u = self.s = self.brought = 0.0
        self.size = self.held = self.held_booked = self.booked = 0
        self.h = 0.0

    def looks(self) -> Iterator[tuple[Interval, float]]:
        """What is told after each campaign, as soon as it is told, and the true effect up to then."""
        for day in _BEGINS:
            self._campaign(day)
            if self.held >= HELD_CLIENTS and self.held_booked >= HELD_BOOKINGS:
                yield endless_interval(self.u, self.s, self.size, self.h), self.brought / self.size

    def _campaign(self, day: int) -> None:
        audience = {client: days[day] for client, days in self.clients.items() if day in days}
        recent = frozenset(client for client, until in self.held_until.items() if until > day)
        m = (2 + self.booked) / (20 + self.size)
        rows = [{"id": f"{client}:{day}", "contact_id": str(client), "other_contacts": []} for client in audience]
        campaign = uuid5(_NAMESPACE, f"{self.run}:{day}")
        _, people = Holdout(self.share, recent, m, 0.0).split(campaign, rows)
        self.h = self.h or tuning(len(people), m, self.share)
        for unit in people:
            client = UUID(unit["contact_id"])
            self._unit(client, day, m, anyway=audience[client], written=unit["arm"] != HELD_BACK)

    def _unit(self, client: UUID, day: int, m: float, *, anyway: bool, written: bool) -> None:
        brought = not anyway and self.chance.random() < self.added
        booked = anyway or (written and brought)
        psi = score(float(booked), m, self.share, one=written)
        self.u, self.s, self.brought = self.u + psi, self.s + psi**2, self.brought + brought
        self.size, self.booked = self.size + 1, self.booked + booked
        if not written:
            self.held_until[client] = day + _LATELY
            self.held, self.held_booked = self.held + 1, self.held_booked + booked


def right(runs: range, share: float, added: float) -> tuple[int, int]:
    """In how many runs something was told, and in how many of these every interval held the true effect."""
    told = held = 0
    for run in runs:
        looks = [
            interval.low <= true <= interval.high
            for interval, true in MeasuredShop(standing(), run, share, added).looks()
        ]
        told, held = told + bool(looks), held + (bool(looks) and all(looks))
    return told, held


def test_the_true_effect_lies_in_what_is_told() -> None:
    told, held = right(range(6), 0.8, 0.05)
    assert told >= 4 and held >= told - 1


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("share", "added"), [(0.9, 0.0), (0.9, 0.06), (0.8, 0.03)])
def test_the_true_effect_lies_in_what_is_told_in_ninety_five_of_a_hundred(share: float, added: float) -> None:
    told, held = right(range(1000), share, added)
    assert told > 500 and held / told >= 0.95
