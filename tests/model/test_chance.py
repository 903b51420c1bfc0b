"""Chance assigns as anybody can compute again, and what is said about it is wrong as seldom as it says."""

from __future__ import annotations

import hashlib
import math
from fractions import Fraction
from itertools import product
from uuid import UUID

import pytest

from proactive.model.chance import (
    ALARM,
    SPLIT_ALARM,
    assigned,
    endless_interval,
    event_process,
    rate_ratio,
    score,
    split_process,
    tuning,
)

SEED = UUID("0f4be0a4-9d59-5a39-8f9c-3a0f2b6c7d11")


def test_a_unit_is_assigned_by_the_hash_of_seed_and_unit() -> None:
    for number in range(200):
        digest = hashlib.sha256(f"{SEED}:{number}".encode()).hexdigest()
        assert assigned(SEED, str(number), 0.9) == (Fraction(int(digest[:16], 16), 2**64) < Fraction(9, 10))
    assert not any(assigned(SEED, str(n), 0.0) for n in range(9)) and all(assigned(SEED, str(n), 1.0) for n in range(9))


def test_chance_splits_as_planned_and_no_alarm_says_otherwise() -> None:
    for p in (0.9, 0.8, 0.5):
        hits = [assigned(SEED, f"{p}:{number}", p) for number in range(30_000)]
        assert abs(sum(hits) / len(hits) - p) < 0.006
        written = 0
        for number, hit in enumerate(hits, 1):
            written += hit
            assert split_process(written, number, p) < SPLIT_ALARM


def test_a_split_that_is_not_the_planned_one_is_seen() -> None:
    assert split_process(400, 1000, 0.5) > SPLIT_ALARM
    assert split_process(850, 1000, 0.9) > SPLIT_ALARM


def test_the_mean_of_a_score_is_the_effect() -> None:
    # of a unit that has the outcome 1 if written to, and 0.25 if not
    p, m = 0.9, 0.1
    mean = p * score(1, m, p, one=True) + (1 - p) * score(0.25, m, p, one=False)
    assert mean == pytest.approx(0.75)


def _beta_binomial(k: int, e: int, p: Fraction, c: int) -> Fraction:
    """The same by multiplying, exactly: each event as likely as the ones before make it, against p."""
    a, b, found, ones = c * p, c * (1 - p), Fraction(1), 0
    for number in range(e):
        one = number < k
        found *= ((a + ones) if one else (b + number - ones)) / (a + b + number) / (p if one else 1 - p)
        ones += one
    return found


@pytest.mark.parametrize("p", [Fraction(9, 10), Fraction(8, 10), Fraction(1, 2)])
def test_the_event_process_is_the_exact_one_for_up_to_twelve_events(p: Fraction) -> None:
    for e in range(13):
        for k in range(e + 1):
            assert event_process(k, e, float(p)) == pytest.approx(float(_beta_binomial(k, e, p, 20)), rel=1e-9)
            assert split_process(k, e, float(p)) == pytest.approx(float(_beta_binomial(k, e, p, 100)), rel=1e-9)
        # a fair bet: whatever chance does, its mean is 1
        mean = sum(math.comb(e, k) * p**k * (1 - p) ** (e - k) * _beta_binomial(k, e, p, 20) for k in range(e + 1))
        assert mean == 1


def test_it_ever_alarms_wrongly_with_the_probability_that_it_says_at_most() -> None:
    p, alarms = 0.8, 0.0
    for path in product((True, False), repeat=12):
        ones = 0
        for number, one in enumerate(path, 1):
            ones += one
            if event_process(ones, number, p) >= ALARM:
                alarms += p ** sum(path) * (1 - p) ** (12 - sum(path))
                break
    assert 0 < alarms <= 1 / ALARM


@pytest.mark.parametrize(
    ("k", "e", "p"), [(45, 50, 0.9), (30, 50, 0.9), (50, 50, 0.9), (0, 30, 0.8), (1, 30, 0.8), (7, 9, 0.8)]
)
def test_the_ratio_lies_where_the_process_stays_under_its_alarm(k: int, e: int, p: float) -> None:
    low, high = rate_ratio(k, e, p)
    assert 0 <= low < high
    likely = k * (1 - p) / ((e - k) * p) if k < e else math.inf
    assert low <= likely <= high
    for bound in (low, high):
        if 0 < bound < math.inf:
            q = bound * p / (bound * p + 1 - p)
            assert event_process(k, e, q) == pytest.approx(ALARM, rel=1e-6)
    # one is in it exactly where the arms may be alike
    assert (low <= 1 <= high) == (event_process(k, e, p) < ALARM)


def test_of_no_event_nothing_is_said() -> None:
    assert rate_ratio(0, 0, 0.9) == (0.0, math.inf) and event_process(0, 0, 0.9) == 1


def test_the_endless_interval_is_the_specified_one() -> None:
    h = tuning(60, 0.12, 0.9)
    s0 = 12 * 60 * 0.12 * 0.88 * (1 / 0.9 + 1 / 0.1)
    assert h == pytest.approx((5.992 + math.log(6.992)) / s0)
    found = endless_interval(u=40.0, s=700.0, size=1440, h=h)
    half = math.sqrt((700 * h + 1) / h * math.log((700 * h + 1) / 0.0025)) / 1440
    assert (found.effect, found.high - found.effect, found.effect - found.low) == pytest.approx((40 / 1440, half, half))
    assert found.times(-2).low == -2 * found.low
