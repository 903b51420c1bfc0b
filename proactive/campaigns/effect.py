"""What campaigns bring: because of them, not after them, as far as those who were held back tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from proactive.model.chance import (
    ALARM,
    SPLIT_ALARM,
    Interval,
    endless_interval,
    event_process,
    rate_ratio,
    split_process,
    tuning,
)

#: Points and reais are told once so many clients, and so many bookings, are among those who were held back.
HELD_CLIENTS, HELD_BOOKINGS = 100, 10
#: The shares of an audience that may be written to.
SHARES = (0.9, 0.8)

#: `not_valid`: the split is not the planned one. `not_yet`: nothing can be said by now.
Verdict = Literal["more", "less", "not_yet", "not_valid"]


class MeasuredCampaign(BaseModel):
    """The sums of a campaign whose effect is measured, p its share that is written to.

    `assigned` are its units, `n` those whose window has closed; `u`, `s` the sums of the scores and of their squares,
    of bookings and of their value in reais. `m` and `worth` were expected before.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    p: float
    begins_at: dt.datetime
    assigned: int
    assigned_written: int
    n: int
    written: int
    booked: int
    booked_written: int
    u: float
    s: float
    value_u: float
    value_s: float
    m: float
    worth: float


@dataclass(frozen=True, slots=True)
class EventProcess:
    """The bookings of all campaigns with one p: `k` of `e` by clients who were written to; `value` is E.

    `alarmed` says whether E ever reached its alarm; the ratio of the arms' rates lies between `low` and `high`.
    """

    p: float
    k: int
    e: int
    value: float
    alarmed: bool
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CampaignEffect:
    """What an organisation's campaigns bring. `share` is what is written to of the next ones; None: not measured.

    `held` and `held_booked` are those who were held back whose window has closed, `written` and `written_booked` the
    others. `points` (of 1) and `reais` are None until they can be told.
    """

    share: float | None
    campaigns: int
    written: int
    written_booked: int
    held: int
    held_booked: int
    open: int
    held_then_written: int
    processes: tuple[EventProcess, ...]
    valid: bool
    points: Interval | None
    reais: Interval | None

    @property
    def clients_missing(self) -> int:
        """How many clients more have to be held back before anything is told."""
        return max(HELD_CLIENTS - self.held, 0)

    @property
    def bookings_missing(self) -> int:
        """How many bookings more of clients who were held back it needs."""
        return max(HELD_BOOKINGS - self.held_booked, 0)

    @property
    def verdict(self) -> Verdict:
        """What may be said of the bookings, by the process of the last p."""
        if not self.valid:
            return "not_valid"
        process = self.processes[-1] if self.processes else None
        if process is None or not process.alarmed:
            return "not_yet"
        return "more" if process.k > process.p * process.e else "less"


def effect_of(campaigns: Sequence[MeasuredCampaign], share: float | None, held_then_written: int) -> CampaignEffect:
    """What may be said of measured campaigns, oldest first."""
    written = sum(each.written for each in campaigns)
    written_booked = sum(each.booked_written for each in campaigns)
    held = sum(each.n for each in campaigns) - written
    held_booked = sum(each.booked for each in campaigns) - written_booked
    shares = list(dict.fromkeys(each.p for each in campaigns))
    of_shares = [[each for each in campaigns if each.p == p] for p in shares]
    valid = not any(_ever(SPLIT_ALARM, split_process, _assigned(each)) for each in of_shares)
    tells = valid and held >= HELD_CLIENTS and held_booked >= HELD_BOOKINGS
    return CampaignEffect(
        share, len(campaigns), written, written_booked, held, held_booked,
        sum(each.assigned - each.n for each in campaigns), held_then_written, tuple(map(_process, of_shares)), valid,
        _points(campaigns) if tells else None, _reais(campaigns, written) if tells else None,
    )  # fmt: skip


def _points(campaigns: Sequence[MeasuredCampaign]) -> Interval:
    first, size = campaigns[0], sum(each.n for each in campaigns)
    h = tuning(first.assigned, first.m, first.p)
    return endless_interval(sum(each.u for each in campaigns), sum(each.s for each in campaigns), size, h)


def _reais(campaigns: Sequence[MeasuredCampaign], written: int) -> Interval | None:
    """What came in beside; None where no booking had a value before the first campaign."""
    first, size = campaigns[0], sum(each.n for each in campaigns)
    if not first.worth:
        return None
    h = tuning(first.assigned, first.m, first.p, first.worth)
    u, s = sum(each.value_u for each in campaigns), sum(each.value_s for each in campaigns)
    return endless_interval(u, s, size, h).times(written)


def _assigned(campaigns: Iterable[MeasuredCampaign]) -> list[tuple[int, int, float]]:
    return [(each.assigned_written, each.assigned, each.p) for each in campaigns]


def _booked(campaigns: Iterable[MeasuredCampaign]) -> list[tuple[int, int, float]]:
    return [(each.booked_written, each.booked, each.p) for each in campaigns]


def _ever(alarm: float, process: Callable[[int, int, float], float], events: Iterable[tuple[int, int, float]]) -> bool:
    """Whether a process reaches its alarm after any of these: Z = 1, all, and the probability of it."""
    k = e = 0
    for ones, number, p in events:
        k, e = k + ones, e + number
        if process(k, e, p) >= alarm:
            return True
    return False


def _process(campaigns: Sequence[MeasuredCampaign]) -> EventProcess:
    p, k, e = campaigns[0].p, sum(each.booked_written for each in campaigns), sum(each.booked for each in campaigns)
    alarmed = _ever(ALARM, event_process, _booked(campaigns))
    return EventProcess(p, k, e, event_process(k, e, p), alarmed, *rate_ratio(k, e, p))
