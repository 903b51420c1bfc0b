"""Test mode: a process dies where it is told to, as often as it is told to, and never without being told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from proactive.failpoints import FAILPOINTS, VARIABLE, failpoint

#: Comes to a step as often as it is told and says how often it has been there.
VISITS = """
import sys
from proactive.failpoints import failpoint
for visit in range(int(sys.argv[1])):
    print(visit, flush=True)
    failpoint("claimed")
"""


def visits(faults: str, times: int = 100) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {VARIABLE: faults, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        [sys.executable, "-c", VISITS, str(times)], env=environment, capture_output=True, text=True, timeout=30
    )


def test_without_the_variable_nothing_happens_at_any_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    for step in FAILPOINTS:
        failpoint(step)


def test_a_certain_death_is_at_the_first_visit_and_says_where() -> None:
    ended = visits("kill:claimed:1")
    assert ended.returncode == -signal.SIGKILL
    assert ended.stdout.split() == ["0"]
    assert ended.stderr == "fault injected: kill at claimed\n"


def test_a_chance_is_sometimes_and_another_step_is_never() -> None:
    # a half each of a hundred times: the draws differ with every process id, and surviving all is a chance of 2 ** -100
    ended = visits("kill:answered:1,kill:claimed:0.5;seed=7")
    assert ended.returncode == -signal.SIGKILL
    assert len(ended.stdout.split()) > 0
    assert visits("kill:answered:1").returncode == 0
    assert visits("kill:claimed:0").stdout.split()[-1] == "99"


def test_a_process_that_stands_still_goes_on_after_its_seconds() -> None:
    ended = visits("stop:claimed:1:0.01", times=3)
    assert ended.returncode == 0
    assert ended.stdout.split() == ["0", "1", "2"]
    assert ended.stderr == "fault injected: stop at claimed\n" * 3


@pytest.mark.parametrize("faults", ["kill", "kill:nowhere:1", "burn:claimed:1", "kill:claimed:often"])
def test_a_fault_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, faults: str) -> None:
    monkeypatch.setenv(VARIABLE, faults)
    with pytest.raises((ValueError, TypeError)):
        failpoint("claimed")


def test_steps_may_be_reached_in_many_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "kill:claimed:0")
    threads = [threading.Thread(target=failpoint, args=("claimed",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert not any(thread.is_alive() for thread in threads)
