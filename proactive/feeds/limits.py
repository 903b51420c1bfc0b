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
#: Seconds of its own time that one series may take.
SERIES = 2.0
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


@contextmanager
def series_guard(seconds: float = SERIES) -> Iterator[None]:
    """End what takes longer than so many seconds of this process' own time; for its main thread alone.

    Raises:
        SeriesRefused: it took longer.
    """
    before = signal.signal(signal.SIGPROF, _refuse)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _refuse(signum: int, frame: FrameType | None) -> None:
    raise SeriesRefused("too_heavy")
