"""The limiter's two answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Granted:
    """Leave to send one message of `instance` now, once; hand it back with `RateLimiter.confirm`."""

    instance: str
    permit: str


@dataclass(frozen=True, slots=True)
class Wait:
    """No permit: ask again in `seconds`, with the same ticket. `reason` is a short English sentence."""

    seconds: float
    reason: str
