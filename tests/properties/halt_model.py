"""A small model of one recipient of a campaign that an owner stops and lets go on, and every state of it.

Two workers may have the recipient; anything may happen between any two steps: deaths, a lease that grows old, a Redis
that was killed and lost its last second. What a step does is what `take_client_lease`, `begin.lua` and
`HaltingStore.step` do. `delivery_model.py` has what is the same for every message.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tests.support.exploring import explored


class State(NamedTuple):
    """Everything at one moment.

    `lease` is none, reserved, begun or settled, `by` whose; `stale`: of an earlier run of Redis, `old`: past its time.
    `row` is pending, sent, unknown or skipped, `claimed` by whom. `campaign` is running, paused or stopped by its row.
    `stop` is how far the owner's stop has come: no, halted (Redis), written (row), lifting (the row goes on already).
    `late` says that a worker began after a halt that still held.
    """

    lease: str = "none"
    by: int = -1
    stale: bool = False
    old: bool = False
    row: str = "pending"
    claimed: int = -1
    campaign: str = "running"
    halt: bool = False
    stop: str = "no"
    workers: tuple[str, str] = ("idle", "idle")
    accepted: int = 0
    late: bool = False
    deaths: int = 1
    restarts: int = 1
    stops: int = 2


def _put(state: State, n: int, at: str, **changes: object) -> State:
    workers = (at, state.workers[1]) if n == 0 else (state.workers[0], at)
    return state._replace(workers=workers, **changes)  # type: ignore[arg-type]


def _worker(state: State, n: int) -> Iterator[tuple[str, State]]:
    at, mine = state.workers[n], state.lease in ("reserved", "begun") and state.by == n
    # after a restart of Redis the limiter lets nobody go for a window: what was being stopped is stopped by then
    window = state.stale and state.stop == "halted"
    if at == "idle" and state.row == "pending" and not window:
        held = state.lease in ("reserved", "begun") and not state.old
        if held:
            return
        if state.lease == "begun" or (state.lease == "reserved" and state.stale):
            yield "takes over what may have begun", _put(state, n, "look", lease="begun", by=n, old=False, stale=False)
        elif state.campaign == "running":
            taken = {"lease": "reserved", "by": n, "old": False, "stale": False, "claimed": n}
            yield "claims", _put(state, n, "ready", **taken)
        elif state.campaign == "stopped":
            yield "skips", _put(state, n, "idle", row="skipped", lease="settled")
    elif at == "ready":
        if not mine or state.stale or state.lease != "reserved":
            yield "is too late", _put(state, n, "idle")
        elif state.halt:
            yield "is halted", _put(state, n, "idle", lease="none", by=-1, claimed=-1)
        else:
            said = state.stop in ("halted", "written")
            yield "begins", _put(state, n, "in flight", lease="begun", old=False, late=state.late or said)
    elif at == "in flight":
        yield "accepted", _put(state, n, "settling", accepted=state.accepted + 1)
        yield "accepted, answer lost", _put(state, n, "look", accepted=state.accepted + 1)
        yield "lost on the way", _put(state, n, "look")
    elif at == "look":
        found = "sent" if state.accepted else "unknown"
        yield "asks", _put(state, n, "idle", row=found, lease="settled", claimed=-1)
    elif at == "settling":
        yield "settles", _put(state, n, "idle", row="sent", lease="settled", claimed=-1)


def _owner(state: State) -> Iterator[tuple[str, State]]:
    if state.stop == "no" and state.stops and state.campaign != "stopped":
        yield "halts", state._replace(stop="halted", halt=True, stops=state.stops - 1)
    if state.stop == "halted":
        yield "writes the pause", state._replace(stop="written", campaign="paused", halt=True)
    if state.stop == "written" and state.campaign == "paused":
        if not state.halt:
            yield "the pump sets the halt again", state._replace(halt=True)
        yield "ends it", state._replace(campaign="stopped", halt=True)
        yield "lets it go on", state._replace(stop="lifting", campaign="running")
    if state.stop == "lifting":
        yield "lifts", state._replace(stop="no", halt=False)


def _trouble(state: State) -> Iterator[tuple[str, State]]:
    for n in (0, 1):
        if state.deaths and state.workers[n] != "idle":
            yield f"{n} dies", _put(state, n, "idle", deaths=state.deaths - 1)
    if state.lease in ("reserved", "begun") and not state.old:
        yield "the lease grows old", state._replace(old=True)
    if state.restarts:
        known = state._replace(restarts=0, stale=state.lease in ("reserved", "begun") or state.stop == "halted")
        yield "redis restarts", known
        yield "redis forgets a halt", known._replace(halt=False)
        if state.lease == "begun":
            yield "redis forgets that it began", known._replace(lease="reserved")


def follow(state: State) -> Iterator[tuple[str, State]]:
    """What may happen next."""
    for n in (0, 1):
        yield from _worker(state, n)
    yield from _owner(state)
    yield from _trouble(state)


def explore() -> dict[State, list[tuple[str, State]]]:
    """Every reachable state with what may follow it."""
    return explored(State(), follow)
