"""Tasks that one worker has in hand together, and which of them are still its own.

A worker goes through a batch one by one. If that takes too long its watch (another thread) relieves it of what it
has not begun, so that other workers can have it: each task is begun or given away, never both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Generic, TypeVar

Held = TypeVar("Held")


class Batch(Generic[Held]):
    """The tasks of a batch by name, in order, each with what is held for it (a permit, a claim)."""

    def __init__(self, names: Iterable[str]) -> None:
        self._lock = Lock()
        self._left: dict[str, Held | None] = dict.fromkeys(names)
        self._begun = False

    def begin(self, name: str) -> bool:
        """Make a task the worker's own for good; False if it was given away or begun before."""
        with self._lock:
            mine = name in self._left
            self._left.pop(name, None)
            self._begun = self._begun or mine
            return mine

    @contextmanager
    def kept(self) -> Iterator[None]:
        """While something is taken for the tasks, nothing is given away: nobody could know what to give back."""
        with self._lock:
            yield

    def hold(self, name: str, held: Held) -> None:
        """Note what is held for a task; within `kept`."""
        if name in self._left:
            self._left[name] = held

    def __contains__(self, name: str) -> bool:
        return name in self._left

    def relieve(self) -> dict[str, Held | None]:
        """Take away what has not begun, with what is held for it. The first task stays where none has begun.

        Answers nothing while the worker is within `kept`: ask again.
        """
        if not self._lock.acquire(blocking=False):
            return {}
        try:
            names = list(self._left)[0 if self._begun else 1 :]
            return {name: self._left.pop(name) for name in names}
        finally:
            self._lock.release()

    def rest(self) -> dict[str, Held | None]:
        """Take away all that is left, with what is held for it: the worker itself gives it back."""
        with self._lock:
            left, self._left = self._left, {}
            return left
