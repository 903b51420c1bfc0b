"""The lanes of a worker: messages are sent side by side, but those of one instance one after the other.

Threads do only what is a message's own (its lease begins, it is sent, its outcome is remembered); everything that is
done for several together stays with whoever puts them here and collects their results.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Condition
from uuid import UUID

from proactive.pipeline.batch import Result, WorkItem
from proactive.pipeline.lane import Lane

#: What a sending is thought to take before one has ended, in seconds.
_FIRST_GUESS = 0.05
#: One sending changes the estimate by an eighth, and counts as no more than thrice the estimate: others do not hang
#: because one does.
_WEIGHT, _AT_MOST = 8, 3


class Lanes:
    """Sends messages in at most `flights` threads, which last. Every method may be called from any thread.

    `send` sends one item; where it raises, nothing more begins, and `check` raises it. `clock` counts seconds.
    """

    def __init__(
        self, send: Callable[[WorkItem], Result], flights: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._send, self._flights, self._clock = send, flights, clock
        self._pool = ThreadPoolExecutor(flights, thread_name_prefix="lane")
        self._changed = Condition()
        self._lanes: dict[str, Lane] = {}
        self._free: deque[str] = deque()  # lanes in which something waits and nothing is on its way, in their order
        self._active = 0  # threads at work
        self._waiting = 0
        self._few = 0
        self._ended: list[Result] = []
        self._failure: BaseException | None = None
        self._each = _FIRST_GUESS

    @property
    def each(self) -> float:
        """What a sending takes lately, in seconds."""
        return self._each

    @property
    def idle(self) -> bool:
        """Whether nothing waits and nothing is on its way."""
        return not (self._active or self._waiting)

    @property
    def waiting(self) -> int:
        """How many messages wait for their lane or for a thread."""
        return self._waiting

    def put(self, items: Iterable[WorkItem]) -> None:
        """Let items with a message be sent, each in its instance's lane, as soon as that and a thread are free."""
        with self._changed:
            now = self._clock()
            for item in items:
                instance = _instance(item)
                lane = self._lanes.setdefault(instance, Lane())
                if not lane.waiting and lane.flying is None:
                    self._free.append(instance)
                lane.waiting.append((item, now))
                self._waiting += 1
            more = min(len(self._free), self._flights - self._active)
            self._active += more
        for _ in range(more):
            self._pool.submit(self._fly)

    def wait(self, seconds: float, few: int = 0) -> None:
        """Wait until at most `few` wait and a result is there, or nothing is on its way, or the time is over."""
        with self._changed:
            self._few = few
            self._changed.wait_for(self._is_due, seconds)
            self._few = -1

    def collect(self) -> list[Result]:
        """The results since the last call."""
        with self._changed:
            ended, self._ended = self._ended, []
        return ended

    def check(self) -> None:
        """Raise what a sending raised, once nothing is on its way any more."""
        with self._changed:
            if self._failure is not None and not self._active:
                failure, self._failure = self._failure, None
                raise failure

    def overdue(self, seconds: float, in_lane: float) -> list[WorkItem]:
        """Take away what has waited for longer than `seconds`; `in_lane` counts behind one that is on its way."""
        with self._changed:
            now = self._clock()
            return self._take_away(lambda lane, since: now - since > (in_lane if lane.flying else seconds))

    def take_all(self) -> list[WorkItem]:
        """Take away all that waits."""
        with self._changed:
            return self._take_away(lambda lane, since: True)

    def begins(self, seconds: float) -> int:
        """How many messages could begin within so many seconds, of instances that have none here."""
        with self._changed:
            return self._begins(seconds)

    def wanted(self, seconds: float, at_most: int) -> int:
        """How many more messages have to be here, so that lanes and threads are used for so many seconds.

        Those that wait behind others of their instance do not count; `at_most` is how many should be here, with them.
        """
        with self._changed:
            now = self._clock()
            there = sum(lane.startable(now, seconds, self._each) for lane in self._lanes.values())
            return max(0, min(self._begins(seconds), at_most) - there) if self._failure is None else 0

    def _begins(self, seconds: float) -> int:
        now, free = self._clock(), self._flights - self._active
        busy = sum(lane.frees(now, seconds, self._each) for lane in self._lanes.values())
        return busy + free * (1 + int(seconds / self._each))

    def slow(self, seconds: float) -> set[UUID]:
        """The organisations whose message has been on its way for longer than `seconds`."""
        with self._changed:
            now = self._clock()
            flying = [lane.flying for lane in self._lanes.values() if lane.flying and now - lane.began > seconds]
        return {item.task.organization_id for item in flying}

    def _is_due(self) -> bool:
        return not self._active or (self._waiting <= self._few and bool(self._ended))

    def _fly(self) -> None:
        """Send one message after the other, each of the lane that has waited longest, while there are any."""
        item = self._next()
        while item is not None:
            try:
                result = self._send(item)
            except BaseException as error:  # raised by `check`
                item = self._next(item, error)
            else:
                item = self._next(item, result)

    def _next(self, before: WorkItem | None = None, ended: Result | BaseException | None = None) -> WorkItem | None:
        """Note how the one before ended, and answer the next one; None lets the thread rest."""
        with self._changed:
            now = self._clock()
            if before is not None and ended is not None:
                self._land(before, ended, now)
            if self._failure is not None or not self._free:
                self._active -= 1
                self._changed.notify_all()
                return None
            lane = self._lanes[self._free.popleft()]
            item, _ = lane.waiting.popleft()
            lane.flying, lane.began = item, now
            self._waiting -= 1
            if self._is_due():
                self._changed.notify_all()
            return item

    def _land(self, item: WorkItem, ended: Result | BaseException, now: float) -> None:
        instance = _instance(item)
        lane = self._lanes[instance]
        took = min(now - lane.began, _AT_MOST * self._each)
        self._each = max(0.0001, self._each + (took - self._each) / _WEIGHT)
        lane.flying = None
        if lane.waiting:
            self._free.append(instance)
        else:
            del self._lanes[instance]
        if isinstance(ended, Result):
            self._ended.append(ended)
        else:
            self._failure = self._failure or ended

    def _take_away(self, which: Callable[[Lane, float], bool]) -> list[WorkItem]:
        taken = []
        for instance, lane in list(self._lanes.items()):
            taken += lane.take_away(partial(which, lane))
            if not lane.waiting and lane.flying is None:
                del self._lanes[instance]
                self._free.remove(instance)
        self._waiting -= len(taken)
        return taken


def _instance(item: WorkItem) -> str:
    if item.message is None:
        raise ValueError("an item without a message has no lane")
    return item.message.instance.name
