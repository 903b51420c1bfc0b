"""The run of a worker through a queue: batches are prepared one after the other while earlier ones are sent.

Preparing and putting away are done for many together, in this thread; sending is done side by side, in the lanes.
Nobody is delayed by more than about a second: what has not begun by then goes back to the queue.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from pydantic import ValidationError
from redis import RedisError

from proactive.errors import RateLimiterUnavailable
from proactive.jobs.attempt import work_item
from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model import durations
from proactive.pipeline.batch import Batch, Result, WorkItem
from proactive.pipeline.lanes import Lanes
from proactive.processes.batch_size import FEW, BatchSize
from proactive.processes.in_hand import InHand
from proactive.processes.set_aside import SetAside
from proactive.queue.batch import TakenJob

logger = logging.getLogger(__name__)
_MESSAGES: dict[str, str] = {type_.job: type_.name for type_ in MESSAGE_TYPES.values()}
#: Results that are put away at once; seconds between two looks at what became of what is on its way.
_TOGETHER, _LOOK = 50, 0.05
#: Of one instance, so many at least may wait behind the one that is on its way.
_BEHIND = 2


def is_message(function: str) -> bool:
    """Whether a job's function sends one message: only those go into batches."""
    return function in _MESSAGES


@dataclass
class BatchRun:
    """A run: from a job that was just taken until nothing is in hand any more.

    `first_batch` is how many jobs it takes with that one, `more` whether it goes on taking what waits; `stopping` says
    whether the worker was told to stop; `meanwhile` is called again and again.
    """

    hand: InHand
    lanes: Lanes
    size: BatchSize
    aside: SetAside
    first_batch: int
    more: bool
    stopping: Callable[[], bool]
    meanwhile: Callable[[], object]
    _batch: Batch | None = None
    _began: float = 0.0
    _empty_until: float = 0.0
    _over: threading.Event = field(default_factory=threading.Event)

    def run(self, first: str) -> None:
        """Go on until everything in hand has ended or gone back.

        Raises:
            RateLimiterUnavailable, redis.RedisError: Redis is away; nothing is on its way any more.
        """
        with self._watched():
            try:
                self._prepare(self.hand.batches.take(first, self.first_batch))
                while self.hand:
                    self._go_on()
            except Exception:
                self._let_land()
                raise

    def _go_on(self) -> None:
        self.lanes.wait(_LOOK, self._few())
        for result in self.lanes.collect():
            self.hand.ended(result)
        self.lanes.check()
        since = self.hand.waits_since
        if since is not None:
            late = time.monotonic() - since > durations.RESULTS_WAIT
            if late or self.lanes.idle or self.hand.results >= _TOGETHER:
                self.hand.put_away()
        if self.stopping():
            self.hand.give_back(self.lanes.take_all())
        elif number := self._wanted():
            taken = self.hand.batches.take(None, number)
            self._empty_until = 0.0 if taken else time.monotonic() + durations.QUEUE_LOOK
            self._prepare(taken)
        self.meanwhile()

    def _wanted(self) -> int:
        """How many jobs to take now."""
        looks = self.more and time.monotonic() >= self._empty_until
        return self.size.for_lanes(self.lanes) if looks else 0

    def _few(self) -> int:
        """With how few that wait in the lanes the worker wants to look again."""
        return min(FEW, self.lanes.begins(durations.LANES_LOW)) if self.more else 0

    def _prepare(self, taken: Sequence[TakenJob]) -> None:
        """Prepare the messages among those taken for the lanes, and run the first other job; what is left goes back."""
        if not taken:
            return
        items, others = self._items(taken)
        self._began, batch = time.monotonic(), Batch(items)
        self._batch = batch
        prepared = list(self.hand.pipeline.prepare(batch, self.hand.outcomes))
        self.lanes.put(each for each in prepared if isinstance(each, WorkItem))
        self._batch = None
        self.hand.give_back(batch.take_rest(), others[1:])
        if items:
            self.size.learn(len(items), time.monotonic() - self._began)
        for each in prepared:
            if isinstance(each, Result):
                self.hand.ended(each)
        for other in others[:1]:
            self.hand.put_away()
            self.hand.perform(other)

    def _items(self, taken: Sequence[TakenJob]) -> tuple[list[WorkItem], list[TakenJob]]:
        """The messages among those taken, as far as their lanes have room, and the other jobs."""
        items, others, aside = [], [], []
        in_hand, slow = self.hand.messages_of(), self.lanes.slow(durations.LANE_AHEAD)
        room = 1 + max(_BEHIND, int(durations.LANE_AHEAD / self.lanes.each))
        for each in taken:
            function, payload = each.call
            if not is_message(function):
                others.append(each)
                continue
            try:
                item = work_item(_MESSAGES[function], payload, each.id, each.retries_left)
            except ValidationError:
                others.append(each)  # RQ runs it, and lets it fail with what is wrong
                continue
            whose = item.task.organization_id
            before = in_hand[whose]
            in_hand[whose] += 1
            if self.more and (before >= room or whose in slow or not self.aside.is_next(whose, each.id)):
                seconds = max(durations.LANE_AHEAD, (before - 1) * self.lanes.each)
                aside.append((each, self.aside.put(whose, each.id, seconds)))
            else:
                self.aside.came(whose, each.id)
                self.hand.add(item, each)
                items.append(item)
        self.hand.set_aside(aside)
        return items, others

    def _let_land(self) -> None:
        """After a failure, let what is on its way end, and put away what can be."""
        with suppress(RedisError, RateLimiterUnavailable):
            self.hand.give_back(self.lanes.take_all())
        while not self.lanes.idle:
            self.lanes.wait(_LOOK)
        with suppress(RedisError, RateLimiterUnavailable):
            for result in self.lanes.collect():
                self.hand.ended(result)
        with suppress(RedisError, RateLimiterUnavailable):
            self.hand.put_away()
        with suppress(BaseException):  # one of them is raised already
            self.lanes.check()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        watch = threading.Thread(target=self._watch, name="watch", daemon=True)
        watch.start()
        try:
            yield
        finally:
            self._over.set()
            watch.join()

    def _watch(self) -> None:
        """Write heartbeats, and give back in time what the worker has not begun."""
        beaten = time.monotonic()
        while not self._over.wait(durations.BATCH_CHECK):
            try:
                batch = self._batch
                if batch is not None and time.monotonic() - self._began > durations.BATCH_LIMIT:
                    self.hand.give_back(batch.take_away())
                late = self.lanes.overdue(durations.BATCH_LIMIT, durations.LANE_LIMIT)
                for item in reversed(late):
                    self.aside.goes_back(item.task.organization_id, item.attempt.name)
                self.hand.give_back(late)
                if time.monotonic() - beaten > durations.WORKER_BEAT:
                    beaten = time.monotonic()
                    self.hand.beat()
            except RedisError as error:
                logger.warning("A beat was lost: %s", type(error).__name__, extra={"action": "beat_lost"})
