"""The figures of engagement: how many of how many, or why that cannot be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from proactive.records.engagement import EngagementCounts

#: Why a figure cannot be said: nothing was sent; its window is still open; the instance told no receipt in 7 days; no
#: owner's reads are visible; nobody answered; nobody read the answers yet; fewer than a quarter answered.
Why = Literal[
    "nothing_sent",
    "window_open",
    "no_receipts",
    "no_visible_readers",
    "nobody_answered",
    "not_read",
    "too_few_answered",
]
DELIVERY = ("delivered", "on_its_way", "refused", "silent")
SAID = ("yes", "no", "stop", "other")


@dataclass(frozen=True, slots=True)
class EngagementFigure:
    """`count` of `n` messages; None, and `why`, where nothing can be said."""

    n: int
    count: int | None
    why: Why | None = None

    @property
    def share(self) -> float | None:
        """The share, 0 to 1; None where nothing can be said."""
        return None if self.count is None or not self.n else self.count / self.n


@dataclass(frozen=True, slots=True)
class AnswerTime:
    """After how many seconds half of `n` messages had been answered, or else a quarter; None and `why` otherwise."""

    n: int
    seconds: float | None
    share: Literal["half", "quarter"] | None
    why: Why | None = None


def figures_of(counts: EngagementCounts) -> Mapping[str, EngagementFigure]:
    """The figures of some messages by their names: those of delivery, `read`, `answered`, and what answers said."""
    found = {name: _figure(counts, counts.delivery_n, getattr(counts, name), _no_delivery(counts)) for name in DELIVERY}
    found["read"] = _figure(counts, counts.read_n, counts.read, _no_reads(counts))
    found["answered"] = _figure(counts, counts.answer_n, counts.answered, "window_open")
    found |= {name: _figure(counts, counts.said_n, getattr(counts, name), _nothing_said(counts)) for name in SAID}
    return found


def answer_time(counts: EngagementCounts) -> AnswerTime:
    """The time to an answer: the median where half answered within 48 hours, else the 25 % point, else neither."""
    if not counts.answer_n:
        return AnswerTime(0, None, None, "window_open" if counts.sent else "nothing_sent")
    if counts.median is not None:
        return AnswerTime(counts.answer_n, counts.median, "half")
    if counts.quarter is not None:
        return AnswerTime(counts.answer_n, counts.quarter, "quarter")
    return AnswerTime(counts.answer_n, None, None, "too_few_answered")


def _figure(counts: EngagementCounts, n: int, count: int, why: Why) -> EngagementFigure:
    if n:
        return EngagementFigure(n, count)
    return EngagementFigure(0, None, why if counts.sent else "nothing_sent")


def _no_delivery(counts: EngagementCounts) -> Why:
    return "no_receipts" if counts.untold else "window_open"


def _no_reads(counts: EngagementCounts) -> Why:
    return "no_visible_readers" if counts.delivery_n else _no_delivery(counts)


def _nothing_said(counts: EngagementCounts) -> Why:
    if counts.unread:
        return "not_read"
    return "nobody_answered" if counts.answer_n else "window_open"
