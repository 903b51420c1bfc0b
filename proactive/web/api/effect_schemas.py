"""The answers about what campaigns bring."""

from __future__ import annotations

import math
from typing import Literal

from proactive.campaigns.effect import HELD_BOOKINGS, HELD_CLIENTS, CampaignEffect, EventProcess, Verdict
from proactive.model.chance import Interval
from proactive.web.api.schemas import ResponseModel

#: Why points and reais are not told: nothing is or was measured; too few were held back; the split is not as planned.
EffectWhy = Literal["not_measured", "too_few", "not_valid"]


class IntervalView(ResponseModel):
    """An effect and what it lies between with 95 %, however often one looks."""

    effect: float
    low: float
    high: float

    @classmethod
    def of(cls, interval: Interval | None) -> IntervalView | None:
        """The interval as an answer has it."""
        return None if interval is None else cls(effect=interval.effect, low=interval.low, high=interval.high)


class EventProcessView(ResponseModel):
    """The bookings of all campaigns that wrote to the share `p`: `k` of `e` by clients who were written to. At 20
    (`alarmed`, once and for all) the arms differ; the ratio of their rates lies between `low` and `high` (null: no
    bound)."""

    p: float
    k: int
    e: int
    value: float
    alarmed: bool
    low: float
    high: float | None

    @classmethod
    def of(cls, process: EventProcess) -> EventProcessView:
        """The process as an answer has it."""
        high = process.high if math.isfinite(process.high) else None
        return cls(p=process.p, k=process.k, e=process.e, value=process.value, alarmed=process.alarmed,
                   low=process.low, high=high)  # fmt: skip


class EffectView(ResponseModel):
    """What the campaigns bring, all of them up to now: because of them, not after them. `writtenShare` is what is
    written to of each audience of 30 or more (null: everybody, nothing is measured). `points` (0.01 is one point) and
    `reais` are null, with `why`, until `heldBackNeeded` clients and `bookingsNeeded` bookings are among those who were
    held back. `open` are units whose window has not closed; `heldThenWritten` were held back, and written to by another
    campaign: they count as held back."""

    written_share: float | None
    campaigns: int
    written: int
    written_booked: int
    held_back: int
    held_back_booked: int
    open: int
    held_then_written: int
    held_back_needed: int
    bookings_needed: int
    verdict: Verdict
    processes: list[EventProcessView]
    points: IntervalView | None
    reais: IntervalView | None
    why: EffectWhy | None


def effect_view(effect: CampaignEffect) -> EffectView:
    """The whole answer."""
    return EffectView(
        written_share=effect.share, campaigns=effect.campaigns, written=effect.written,
        written_booked=effect.written_booked, held_back=effect.held, held_back_booked=effect.held_booked,
        open=effect.open, held_then_written=effect.held_then_written, held_back_needed=HELD_CLIENTS,
        bookings_needed=HELD_BOOKINGS, verdict=effect.verdict,
        processes=[EventProcessView.of(each) for each in effect.processes],
        points=IntervalView.of(effect.points), reais=IntervalView.of(effect.reais), why=_why(effect),
    )  # fmt: skip


def _why(effect: CampaignEffect) -> EffectWhy | None:
    if effect.points is not None:
        return None
    if not effect.valid:
        return "not_valid"
    return "too_few" if effect.campaigns or effect.share is not None else "not_measured"
