"""The limits of the child process: of itself, by the system, and of each series that it expands."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from proactive.feeds.faults import SeriesRefused

#: Bytes, seconds of its own time, and seconds by the clock, after which the process is killed.
MEMORY, CPU, WALL = 512 * 1024 * 1024, 20, 60
#: Seconds of its own time that a series may take: half of it after each that took longer, down to the least.
SERIES, LEAST = 2.0, 0.25
_FILES, _NICE = 64, 10


def limit_process() -> None:
    """Limit this process for good; messages come before it, and it leaves no picture of its memory."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU), (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _FILES), (resource.RLIMIT_FSIZE, 0),
    ):  # fmt: skip
        _, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))
    os.nice(_NICE)
    signal.alarm(WALL)


class SeriesGuard:
    """Ends what takes longer than so many seconds of this process' own time; for its main thread alone.

    A file with many series that never end is read all the same: the others need a hundredth of the least.
    """

    def __init__(self, seconds: float = SERIES) -> None:
        self._seconds = seconds

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Guard one series.

        Raises:
            SeriesRefused: it took longer.
        """
        before = signal.signal(signal.SIGPROF, self._refuse)
        signal.setitimer(signal.ITIMER_PROF, self._seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)

    def _refuse(self, signum: int, frame: FrameType | None) -> None:
        self._seconds = max(self._seconds / 2, min(self._seconds, LEAST))
        raise SeriesRefused("too_heavy")
