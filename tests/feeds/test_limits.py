"""The guard of a series: what takes too long ends, and what does not is left alone."""

from __future__ import annotations

import signal

import pytest

from proactive.feeds.faults import SeriesRefused
from proactive.feeds.limits import series_guard


def test_what_takes_too_long_is_refused_and_the_next_may_go_on() -> None:
    before = signal.getsignal(signal.SIGPROF)
    with pytest.raises(SeriesRefused, match="too_heavy"), series_guard(0.05):
        while True:
            pass
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGPROF) is before
    with series_guard(60):
        sum(range(1000))
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
