"""The tasks that one worker prepares together, each with what the worker holds for it.

If preparing takes too long, the worker's watch (another thread) takes away what has not begun, so that other workers
can have it: each item is begun (it goes to its lane, or has its result) or taken away, never both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from proactive.errors import ProactiveError
from proactive.gateways.permits import Granted
from proactive.model.task import Attempt, Outcome, Task
from proactive.pipeline.metrics import ItemMetrics
from proactive.pipeline.outgoing import OutgoingMessage
from proactive.records.leases import Lease


@dataclass(eq=False, slots=True)
class WorkItem:
    """A task at one attempt. It owns its message once that is composed, its permit and lease once they are taken.

    `reserved_at` is when permit and lease were asked for, in monotonic seconds.
    """

    task: Task
    attempt: Attempt
    message: OutgoingMessage | None = None
    permit: Granted | None = None
    lease: Lease | None = None
    reserved_at: float = 0.0
    metrics: ItemMetrics = field(default_factory=ItemMetrics)


@dataclass(frozen=True, slots=True)
class Result:
    """The result of an attempt: an outcome, or an error that is worth another attempt."""

    item: WorkItem
    outcome: Outcome | ProactiveError


class Batch:
    """Work items in order."""

    def __init__(self, items: Iterable[WorkItem]) -> None:
        self._lock = Lock()
        self._left = dict.fromkeys(items)
        self._begun = False

    def waiting(self) -> list[WorkItem]:
        """The items that are neither begun nor taken away, in order."""
        with self._lock:
            return list(self._left)

    def begin(self, item: WorkItem) -> bool:
        """Make an item the worker's own for good; False if it was taken away or begun before."""
        with self._lock:
            mine = item in self._left
            self._left.pop(item, None)
            self._begun = self._begun or mine
            return mine

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """Let nothing be taken away while permits and leases are taken: nobody could know what to give back."""
        with self._lock:
            yield

    def __contains__(self, item: WorkItem) -> bool:
        return item in self._left

    def take_away(self) -> list[WorkItem]:
        """Take away what has not begun. The first item stays where none has begun, so that every batch gets on.

        Answers nothing while the worker is `undisturbed`: ask again.
        """
        if not self._lock.acquire(blocking=False):
            return []
        try:
            taken = list(self._left)[0 if self._begun else 1 :]
            for item in taken:
                del self._left[item]
            return taken
        finally:
            self._lock.release()

    def take_rest(self) -> list[WorkItem]:
        """Take away all that is left: the worker itself gives it back."""
        with self._lock:
            left, self._left = self._left, {}
            return list(left)
