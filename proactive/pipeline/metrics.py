"""The metrics of one attempt: each work item carries its own times and counts."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from proactive.model.ai import AiUse
from proactive.model.metrics import Stage


@dataclass(slots=True)
class ItemMetrics:
    """The metrics of an attempt: the seconds of each stage, the gateway's faults by kind, what the AI was asked for.

    `began` is when the attempt began (aware), None before it did.
    """

    seconds: defaultdict[Stage, float] = field(default_factory=lambda: defaultdict(float))
    faults: Counter[str] = field(default_factory=Counter)
    ai: AiUse | None = None
    began: dt.datetime | None = None

    @contextmanager
    def timed(self, stage: Stage) -> Iterator[None]:
        """Add the block's seconds to a stage, however the block ends."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[stage] += time.monotonic() - began


@contextmanager
def shared_time(items: Sequence[ItemMetrics], stage: Stage) -> Iterator[None]:
    """Share the block's seconds out evenly: it does a stage of all the items at once."""
    began = time.monotonic()
    try:
        yield
    finally:
        share = (time.monotonic() - began) / max(1, len(items))
        for item in items:
            item.seconds[stage] += share
