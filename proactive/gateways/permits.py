"""The two answers of the rate limiter: a permit, or a wait."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Granted:
    """A permit to send one message of `instance` now, once; `RateLimiter.confirm` takes it back."""

    instance: str
    permit: str


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait instead of a permit: ask again in `seconds` with the same ticket. `reason` is an English sentence."""

    seconds: float
    reason: str
