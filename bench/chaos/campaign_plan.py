"""What a run of campaigns under kills is made of: so many shops, and what each owner does."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any

import psycopg

from bench.chaos.shops import Fate, Shop, Way, open_shop, zones

_WAYS: tuple[Way, ...] = ("direct", "preview", "quoted", "less")
_STOPS: tuple[Fate, ...] = ("resumed", "ended", "cancelled")


@dataclass(frozen=True)
class CampaignPlan:
    """What to run: so many instances with one campaign each, and how likely a death is at each step.

    Of the instances, `stops` are stopped by their owners, `special` come to their cap, as many to their window's end;
    `special` more say no. Deaths go on for `trouble` seconds, and as long again at most until one happened at each
    step; then everything has `settle` seconds to come to its end.
    """

    seed: int
    instances: int = 100
    recipients: int = 20
    chance: float = 0.02
    stops: int = 24
    special: int = 4
    trouble: float = 240.0
    settle: float = 600.0
    workers: int = 3


def open_shops(connection: psycopg.Connection[dict[str, Any]], plan: CampaignPlan, now: dt.datetime) -> list[Shop]:
    """The shops of a plan, in zones where it is noon at `now` (aware) or where the window is about to end."""
    rng, (noon, dusk) = random.Random(plan.seed), zones(now)
    stops = [_STOPS[place % len(_STOPS)] for place in range(plan.stops)]
    special: tuple[Fate, ...] = ("capped", "dusk")
    fates: list[Fate] = [*stops, *(fate for fate in special for _ in range(plan.special))]
    fates += ["goes on"] * (plan.instances - len(fates))
    rng.shuffle(fates)
    ways = [_WAYS[place % len(_WAYS)] for place in range(plan.instances)]
    # at the window's end there is no time for a second question
    chosen = [("direct" if fate == "dusk" else way, fate) for way, fate in zip(ways, fates, strict=True)]
    chosen += [("no", "goes on")] * plan.special
    return [
        open_shop(connection, place, plan.recipients, dusk if fate == "dusk" else noon, way, fate)
        for place, (way, fate) in enumerate(chosen)
    ]
