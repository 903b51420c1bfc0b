"""The measured tables of the specification again: how often chance alone is taken for an effect, and what is found."""

from __future__ import annotations

import random

import pytest

from proactive.model.chance import ALARM, endless_interval, event_process, score, tuning

#: Campaigns of a year of one shop, and the units of each.
_CAMPAIGNS, _UNITS = 24, 60


def alarms(
    runs: int, p: float, base: float, ratio: float, *, units: int = _UNITS, campaigns: int = _CAMPAIGNS
) -> float:
    """The share of runs in which the event process ever alarms, looked at after each campaign."""
    chance, alarmed = random.Random(7), 0
    for _ in range(runs):
        k = e = 0
        for _ in range(campaigns):
            for _ in range(units):
                one = chance.random() < p
                booked = chance.random() < (base * ratio if one else base)
                k, e = k + (one and booked), e + booked
            if event_process(k, e, p) >= ALARM:
                alarmed += 1
                break
    return alarmed / runs


def wrong_intervals(runs: int, p: float, base: float) -> float:
    """The share of runs in which the endless interval, once it is told, ever leaves the truth (no effect) out."""
    chance, wrong = random.Random(11), 0
    for _ in range(runs):
        u = s = 0.0
        size = booked = held = held_booked = 0
        h = tuning(_UNITS, 0.1, p)
        for _ in range(2 * _CAMPAIGNS):
            m = (2 + booked) / (20 + size)
            for _ in range(_UNITS):
                one, y = chance.random() < p, chance.random() < base
                psi = score(float(y), m, p, one=one)
                u, s, size, booked = u + psi, s + psi**2, size + 1, booked + y
                held, held_booked = held + (not one), held_booked + (y and not one)
            interval = endless_interval(u, s, size, h)
            if held >= 100 and held_booked >= 10 and not interval.low <= 0 <= interval.high:
                wrong += 1
                break
    return wrong / runs


def test_chance_alone_is_seldom_taken_for_an_effect() -> None:
    assert alarms(1000, 0.9, 0.12, 1) <= 0.03
    assert alarms(1000, 0.9, 0.03, 1, units=30) <= 0.005
    assert wrong_intervals(200, 0.9, 0.12) <= 0.07


@pytest.mark.parametrize(("p", "found"), [(0.9, 0.70), (0.8, 0.93), (0.5, 0.99)])
def test_doubled_bookings_are_found_in_a_year_of_one_shop(p: float, found: float) -> None:
    assert alarms(400, p, 0.12, 2) == pytest.approx(found, abs=0.06)


@pytest.mark.long
@pytest.mark.parametrize(("p", "found"), [(0.9, 0.46), (0.8, 0.84)])
def test_a_quarter_more_bookings_are_found_over_twenty_shops(p: float, found: float) -> None:
    assert alarms(600, p, 0.12, 1.25, units=20 * _UNITS, campaigns=12) == pytest.approx(found, abs=0.06)


@pytest.mark.long
def test_chance_alone_is_taken_for_an_effect_as_seldom_as_the_specification_says() -> None:
    assert alarms(10_000, 0.9, 0.12, 1) == pytest.approx(0.012, abs=0.005)
    assert alarms(10_000, 0.9, 0.03, 1, units=30) <= 0.001
    assert wrong_intervals(10_000, 0.9, 0.12) <= 0.055
    assert wrong_intervals(2_000, 0.8, 0.03) <= 0.055
