"""The lane of one instance: what waits in it, and what is on its way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice, takewhile

from proactive.pipeline.batch import WorkItem


@dataclass(slots=True)
class Lane:
    """The messages of one instance: those that wait, each since when, and the one that is `flying` since `began`.

    Moments are monotonic seconds; `each` is always what a sending takes lately.
    """

    waiting: deque[tuple[WorkItem, float]] = field(default_factory=deque)
    flying: WorkItem | None = None
    began: float = 0.0

    def frees(self, now: float, seconds: float, each: float) -> int:
        """How many messages its thread could begin within so many seconds after the one on its way.

        None where that takes far longer than others do: nobody knows when it ends.
        """
        rest = each - (now - self.began)
        if self.flying is None or not -each < rest < seconds:
            return 0
        return 1 + int((seconds - max(0.0, rest)) / each)

    def startable(self, now: float, seconds: float, each: float) -> int:
        """How many of those that wait could begin within so many seconds."""
        turns = 1 + int(seconds / each) if self.flying is None else self.frees(now, seconds, each)
        return min(len(self.waiting), turns)

    def take_away(self, which: Callable[[float], bool]) -> list[WorkItem]:
        """Take away what has waited since such a moment, and all that waits behind it: it must not go before it."""
        kept = deque(takewhile(lambda each: not which(each[1]), self.waiting))
        taken = [item for item, _ in islice(self.waiting, len(kept), None)]
        self.waiting = kept
        return taken
