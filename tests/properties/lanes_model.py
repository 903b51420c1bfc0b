"""A small model of one worker's hand: messages of several instances, lanes, flights, and its death at any moment.

`delivery_model.py` follows one occurrence through two workers; this one follows several occurrences through one worker
(`proactive/pipeline/lanes.py`, `proactive/processes/batch_run.py`), to say what its death leaves in doubt.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

#: Where a message may be. It is in doubt from the moment at which its lease has begun until its outcome is remembered.
WAITS, RESERVED, BEGUN, AT_GATEWAY, ANSWERED, REMEMBERED, BACK = range(7)
IN_DOUBT = (BEGUN, AT_GATEWAY, ANSWERED)


class Hand(NamedTuple):
    """Where each message is, in the order of taking; `sent` are those that the gateway took, in order."""

    at: tuple[int, ...]
    sent: tuple[int, ...] = ()
    stopping: bool = False


class Lanes(NamedTuple):
    """`instances` are the messages' instances, `flights` how many may be on their way."""

    instances: tuple[str, ...]
    flights: int

    def steps(self, hand: Hand) -> Iterator[Hand]:
        """What may happen next: threads and the main thread do one thing each."""
        for n, at in enumerate(hand.at):
            if at == WAITS:
                yield _put(hand, n, BACK)
                if not hand.stopping and all(hand.at[m] != WAITS for m in self._before(n)):
                    yield _put(hand, n, RESERVED)
            elif at == RESERVED:
                yield _put(hand, n, BACK)
                if self._may_begin(hand, n):
                    yield _put(hand, n, BEGUN)
            elif at == BEGUN:
                yield _put(hand, n, AT_GATEWAY)._replace(sent=(*hand.sent, n))
            elif at in (AT_GATEWAY, ANSWERED):
                yield _put(hand, n, at + 1)
        if not hand.stopping:
            yield hand._replace(stopping=True)

    def _before(self, n: int) -> list[int]:
        return [m for m in range(n) if self.instances[m] == self.instances[n]]

    def _may_begin(self, hand: Hand, n: int) -> bool:
        """A flight is free and the lane is, and nothing before it in its lane waits to begin."""
        flying = [m for m, at in enumerate(hand.at) if at in IN_DOUBT]
        lane = {self.instances[m] for m in flying}
        first = all(hand.at[m] not in (WAITS, RESERVED) for m in self._before(n))
        return len(flying) < self.flights and self.instances[n] not in lane and first

    def explore(self) -> set[Hand]:
        """Every hand that can be reached; a death may come in each of them."""
        found: set[Hand] = set()
        todo = deque([Hand((WAITS,) * len(self.instances))])
        while todo:
            hand = todo.popleft()
            if hand not in found:
                found.add(hand)
                todo.extend(self.steps(hand))
        return found

    def in_doubt(self, hand: Hand) -> list[int]:
        """The messages of which nobody knows what became of them, if the worker dies now."""
        return [n for n, at in enumerate(hand.at) if at in IN_DOUBT]


def _put(hand: Hand, n: int, at: int) -> Hand:
    return hand._replace(at=(*hand.at[:n], at, *hand.at[n + 1 :]))
