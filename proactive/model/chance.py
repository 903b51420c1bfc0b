"""Assigning by chance, and what may be said about it: scores, an interval without a last look, the event process.

Everything is computed from what was assigned; nothing of it is a model of people. Times and money are whatever the
outcomes are in.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

#: An event process alarms at this: a false alarm ever has a probability of at most one in so many.
ALARM = 20.0
#: The same of the check that the split is as planned.
SPLIT_ALARM = 1000.0
#: Of a smaller audience nobody is left out: nothing could be told by it.
SMALLEST_AUDIENCE = 30
#: How much an event process expects of differences: the larger, the smaller.
_EVENT_C, _SPLIT_C = 20.0, 100.0
#: The endless interval holds with 95 %: its square of alpha, and the constant that makes it narrowest at `S0`.
_ALPHA_SQUARED, _TUNED = 0.0025, 5.992 + math.log(6.992)
#: The endless interval is narrowest after so many campaigns or weeks.
_NARROWEST_AFTER = 12
#: How far a ratio of two rates is looked for, as its natural logarithm.
_FARTHEST = 25.0


def planned_held_back(reach: int, share: float | None) -> int:
    """How many of an audience will be left out about; 0 where the effect is not measured, or by too few clients."""
    return 0 if share is None or reach < SMALLEST_AUDIENCE else round(reach * (1 - share))


def assigned(seed: UUID, unit: str, p: float) -> bool:
    """Whether Z = 1 for a unit: SHA-256 of `{seed}:{unit}`, whose first 8 bytes are a number below p."""
    first = hashlib.sha256(f"{seed}:{unit}".encode()).digest()[:8]
    return int.from_bytes(first, "big") / 2**64 < p


def score(outcome: float, expected: float, p: float, *, one: bool) -> float:
    """The score of a unit whose Z is 1 (`one`) with probability p: its outcome against what was expected of it."""
    return (outcome - expected) * (1 / p if one else -1 / (1 - p))


@dataclass(frozen=True, slots=True)
class Interval:
    """An effect and what it lies between with 95 %, however often one looks."""

    effect: float
    low: float
    high: float

    def times(self, factor: float) -> Interval:
        """The interval of so many times the effect."""
        return Interval(self.effect * factor, self.low * factor, self.high * factor)


def tuning(units: float, rate: float, p: float, worth: float = 1.0) -> float:
    """The h of an endless interval, from one campaign's units, their expected rate and (of money) a booking's worth."""
    variance = rate * (1 - rate) * worth**2
    return _TUNED / (_NARROWEST_AFTER * units * variance * (1 / p + 1 / (1 - p)))


def endless_interval(u: float, s: float, size: float, h: float) -> Interval:
    """The effect U/M with its interval, which has no last look; `size` is M, the sum of the units' sizes."""
    half = math.sqrt((s * h + 1) / h * math.log((s * h + 1) / _ALPHA_SQUARED)) / size
    return Interval(u / size, u / size - half, u / size + half)


def event_process(k: int, e: int, p: float) -> float:
    """E of e events of which k had Z = 1 (probability p each): at 20 the arms differ. Never over 1e300."""
    return _bounded(_log_process(k, e, p, _EVENT_C))


def split_process(k: int, e: int, p: float) -> float:
    """E of e units of which k had Z = 1: at 1000 the split is not the planned one. Never over 1e300."""
    return _bounded(_log_process(k, e, p, _SPLIT_C))


def rate_ratio(k: int, e: int, p: float) -> tuple[float, float]:
    """Between what the ratio of the two arms' rates of events lies: 0 and infinity are no bound."""
    if e == 0:
        return 0.0, math.inf
    likely = math.log(k * (1 - p) / ((e - k) * p)) if 0 < k < e else math.copysign(_FARTHEST, k - 0.5)

    def excluded(log_ratio: float) -> bool:
        r = math.exp(log_ratio)
        return _log_process(k, e, r * p / (r * p + 1 - p), _EVENT_C) >= math.log(ALARM)

    low = _bound(excluded, likely, -_FARTHEST) if k else -math.inf
    high = _bound(excluded, likely, _FARTHEST) if k < e else math.inf
    return (math.exp(low) if low > -_FARTHEST else 0.0), (math.exp(high) if high < _FARTHEST else math.inf)


def _bound(excluded: Callable[[float], bool], inside: float, outside: float) -> float:
    """Where what is inside ends on the way outside, by halving; `outside` where it does not."""
    if not excluded(outside):
        return outside
    for _ in range(80):
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if excluded(middle) else (middle, outside)
    return inside


def _log_process(k: int, e: int, p: float, c: float) -> float:
    a, b = c * p, c * (1 - p)
    return _log_beta(a + k, b + e - k) - _log_beta(a, b) - k * math.log(p) - (e - k) * math.log1p(-p)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _bounded(log_e: float) -> float:
    return math.exp(min(log_e, math.log(1e300)))
