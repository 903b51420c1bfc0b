"""The guard of a series: what takes too long ends, and what does not is left alone."""

from __future__ import annotations

import signal

import pytest

from proactive.feeds.faults import SeriesRefused
from proactive.feeds.limits import SeriesGuard


def test_what_takes_too_long_is_refused_and_the_next_may_go_on() -> None:
    before, guard = signal.getsignal(signal.SIGPROF), SeriesGuard(0.05)
    with pytest.raises(SeriesRefused, match="too_heavy"), guard():
        while True:
            pass
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGPROF) is before
    with SeriesGuard(60)():
        sum(range(1000))
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_each_that_took_too_long_leaves_less_to_the_next() -> None:
    guard, given = SeriesGuard(2.0), list[float]()
    for _ in range(6):
        with pytest.raises(SeriesRefused), guard():
            given.append(signal.getitimer(signal.ITIMER_PROF)[0])
            signal.raise_signal(signal.SIGPROF)
    assert given == pytest.approx([2.0, 1.0, 0.5, 0.25, 0.25, 0.25], abs=0.1)
