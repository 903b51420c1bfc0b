"""The size of the next batch: what is prepared in a moment, and what the lanes begin soon."""

from __future__ import annotations

from dataclasses import dataclass

from proactive.model.durations import BATCH_TARGET, LANES_AHEAD, LANES_LOW
from proactive.pipeline.lanes import Lanes

#: Jobs in a batch, at most.
_MOST = 50
#: Where messages go out faster than batches come: how many may wait in the lanes before the next batch, and after it.
FEW, _MANY = 25, 75


@dataclass
class BatchSize:
    """The size of a batch; `each` are the seconds that preparing a message took lately, by the slower estimate."""

    each: float = 0.05

    def __call__(self) -> int:
        """The number of jobs that are prepared in a moment, at least one."""
        return max(1, min(_MOST, int(BATCH_TARGET / self.each)))

    def learn(self, jobs: int, seconds: float) -> None:
        """Learn how many seconds a number of jobs took to be prepared."""
        latest = max(seconds, 0.001) / jobs
        self.each = max(latest, (self.each + latest) / 2)

    def for_lanes(self, lanes: Lanes) -> int:
        """The number of jobs to take now; 0 while what waits in the lanes lasts for a moment."""
        if not lanes.wanted(LANES_LOW, FEW):
            return 0
        return min(self(), lanes.wanted(LANES_AHEAD, _MANY))
