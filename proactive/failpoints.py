"""Failpoints: named steps of the way of a message at which a test may kill or freeze the process.

`PROACTIVE_FAULTS` says what may happen where, `seed=N` makes it repeatable as far as process ids are:

    kill:claimed:0.02,stop:answered:0.01:30;seed=7

kills the process (SIGKILL) at one of fifty `claimed`, and freezes it (SIGSTOP) for 30 seconds at one of a
hundred `answered`. Without the variable nothing ever happens. `bench/faults.py` sets it; production never does.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Literal, get_args

Failpoint = Literal[
    "facts_read", "composed", "permitted", "claimed", "begun", "answered", "remembered", "settled",
    "reply_kept", "frozen", "confirmed", "picked", "halted",
    "tick_started", "page_enqueued", "entry_due", "entry_fired",
]  # fmt: skip
#: Every named step: those of a message, of a campaign, of a tick, of the scheduler.
FAILPOINTS: tuple[Failpoint, ...] = get_args(Failpoint)
VARIABLE = "PROACTIVE_FAULTS"

_visits = count()


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault: with `chance` it kills the process, or stops it for `seconds`, at `step`."""

    how: Literal["kill", "stop"]
    step: Failpoint
    chance: float
    seconds: float = 0.0


def failpoint(step: Failpoint) -> None:
    """Mark that the process has reached `step`; returns, unless a fault is configured for it."""
    faults, seed = _configured(os.environ.get(VARIABLE, ""))
    for fault in faults:
        if fault.step == step and _draw(seed) < fault.chance:
            _suffer(fault)


@lru_cache(maxsize=1)
def _configured(text: str) -> tuple[tuple[Fault, ...], str]:
    """The faults and the seed that the variable's text asks for; ValueError where it is malformed."""
    listed, _, seed = text.partition(";seed=")
    return tuple(_fault(*each.split(":")) for each in listed.split(",") if each), seed


def _fault(how: str, step: str, chance: str, seconds: str = "0") -> Fault:
    if how not in ("kill", "stop") or step not in FAILPOINTS:
        raise ValueError(f"{VARIABLE}: {how}:{step} is no fault; steps are {', '.join(FAILPOINTS)}")
    return Fault(how, step, float(chance), float(seconds))  # type: ignore[arg-type]  # checked above


def _draw(seed: str) -> float:
    return random.Random(f"{seed}:{os.getpid()}:{next(_visits)}").random()  # noqa: S311  chance, not a secret


def _suffer(fault: Fault) -> None:
    print(f"fault injected: {fault.how} at {fault.step}", file=sys.stderr, flush=True)
    pid = os.getpid()
    if fault.how == "kill":
        os.kill(pid, signal.SIGKILL)
    # somebody else has to wake a frozen process
    subprocess.Popen(["/bin/sh", "-c", f"sleep {fault.seconds:g}; kill -CONT {pid}"], start_new_session=True)
    os.kill(pid, signal.SIGSTOP)
