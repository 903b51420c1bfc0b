"""A small model of one message that people skip, take back and send now, and every state of it.

The schedule's tick, two workers and a person act in any order, anybody may die between any two steps. What a step does
is what `jobs/tick.py`, `hold.lua`, `begin.lua`, `records/skips.py` and `jobs/upcoming.py` do. `delivery_model.py` has
what is the same for every message.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tests.support.exploring import explored

#: Before its cron; between its cron and its own time, which may be chosen later; after that.
BEFORE, BETWEEN, AFTER = 0, 1, 2


class State(NamedTuple):
    """Everything at one moment.

    `tick` is to come, skipping or enqueuing (it has read), or done. `job` is its job that waits for its time, `hand`
    one that was asked for now. `skip` and `mark` are the row and the mark in Redis. `lease` is none, reserved, begun or
    settled, `by` whose; `old`: past its time. `record` is none, pending, sent, unknown or skipped. `person` is how far
    somebody has come. `promised` says that a person was told that it is skipped, `missed` that its tick or its job
    found it so, `late` that a worker began although it was promised.
    """

    clock: int = BEFORE
    tick: str = "to come"
    job: bool = False
    hand: bool = False
    skip: bool = False
    mark: bool = False
    lease: str = "none"
    by: int = -1
    old: bool = False
    record: str = "none"
    workers: tuple[str, str] = ("idle", "idle")
    took: tuple[str, str] = ("", "")
    person: str = "idle"
    promised: bool = False
    missed: bool = False
    late: bool = False
    accepted: int = 0
    deaths: int = 1
    acts: int = 3


def _put(state: State, n: int, at: str, **changes: object) -> State:
    workers = (at, state.workers[1]) if n == 0 else (state.workers[0], at)
    return state._replace(workers=workers, **changes)  # type: ignore[arg-type]


def _take(state: State, n: int, which: str) -> State:
    took = (which, state.took[1]) if n == 0 else (state.took[0], which)
    return state._replace(took=took, job=state.job and which != "job", hand=state.hand and which != "hand")


def _back(state: State, n: int) -> dict[str, bool]:
    """Its job comes back."""
    return {"job": True} if state.took[n] == "job" else {"hand": True}


def _tick(state: State) -> Iterator[tuple[str, State]]:
    if state.tick == "to come" and state.clock != BEFORE:
        yield "the tick reads", state._replace(tick="skipping" if state.skip else "enqueuing")
    elif state.tick == "enqueuing":
        yield "the tick enqueues", state._replace(tick="done", job=True)
    elif state.tick == "skipping":
        yield "the tick leaves it out", state._replace(tick="done", missed=state.missed or state.skip)


def _worker(state: State, n: int) -> Iterator[tuple[str, State]]:
    at, mine = state.workers[n], state.lease in ("reserved", "begun") and state.by == n
    if at == "idle":
        for which in ("job", "hand"):
            if getattr(state, which) and (which == "hand" or state.clock == AFTER):
                yield f"takes its {which}", _reads(_take(state, n, which), n)
    elif at == "read":
        if state.lease in ("reserved", "begun") and not state.old:
            yield "another has it", _put(state, n, "idle", **_back(state, n))
        elif state.lease == "begun":
            yield "takes over what began", _put(state, n, "look", by=n, old=False)
        elif state.lease == "settled":
            yield "finds its outcome", _put(state, n, "idle")
        else:
            yield "claims", _put(state, n, "ready", lease="reserved", by=n, old=False, record="pending")
    elif at == "ready":
        if not mine or state.lease != "reserved":
            yield "is too late", _put(state, n, "idle", **_back(state, n))
        elif state.mark:
            yield "is held", _put(state, n, "idle", lease="none", by=-1, **_back(state, n))
        else:
            yield "begins", _put(state, n, "in flight", lease="begun", old=False, late=state.late or state.promised)
    elif at == "in flight":
        yield "accepted", _put(state, n, "settling", accepted=state.accepted + 1)
        yield "accepted, answer lost", _put(state, n, "look", accepted=state.accepted + 1)
        yield "lost on the way", _put(state, n, "look")
    elif at == "look":
        yield "asks", _put(state, n, "idle", record="sent" if state.accepted else "unknown", lease="settled")
    elif at == "settling":
        yield "settles", _put(state, n, "idle", record="sent", lease="settled")


def _reads(state: State, n: int) -> State:
    """What an attempt finds in the facts: an outcome, a skip, or that it may go on."""
    if state.record in ("sent", "unknown", "skipped"):
        return _put(state, n, "idle")
    if not state.skip or state.lease == "begun":
        return _put(state, n, "read")
    if state.record == "none":
        return _put(state, n, "idle", missed=True)
    if state.lease == "reserved" and not state.old:
        return _put(state, n, "idle", **_back(state, n))
    return _put(state, n, "idle", record="skipped", lease="settled", missed=True)


def _person(state: State) -> Iterator[tuple[str, State]]:
    over = state.record in ("sent", "unknown", "skipped")
    if state.person == "idle" and state.acts and not over:
        acting = state._replace(acts=state.acts - 1)
        if not state.skip and state.lease not in ("begun", "settled"):
            yield "marks", acting._replace(person="marked", mark=True)
        if state.skip and state.clock == BEFORE:
            yield "takes it back long before", acting._replace(person="in time")
        if state.skip and state.clock != AFTER:  # its tick is near, or has been
            put = not state.job and not _busy(state)
            yield "puts it back", acting._replace(person="taking back", job=state.job or put)
        if not state.hand and "hand" not in _taken(state):
            yield "sends it now", acting._replace(person="sending", mark=False, promised=False)
    elif state.person == "marked":
        yield "writes the skip", state._replace(person="idle", skip=True, promised=True)
    elif state.person in ("taking back", "in time"):
        if state.clock == AFTER:
            yield "is told that it is over", state._replace(person="idle")
        else:
            free = {"skip": False, "mark": False, "promised": False, "missed": False}
            yield "takes it back", state._replace(person="idle", **free)  # type: ignore[arg-type]
    elif state.person == "sending":
        # what its tick has read as skipped was skipped at its time: only the job of now sends it
        yield "unskips", state._replace(person="asking", skip=False, missed=state.missed or state.tick == "skipping")
    elif state.person == "asking":
        yield "asks for it now", state._replace(person="idle", hand=True, missed=False)


def _taken(state: State) -> set[str]:
    return {state.took[n] for n in (0, 1) if state.workers[n] != "idle"}


def _busy(state: State) -> bool:
    return "job" in _taken(state)


def _trouble(state: State) -> Iterator[tuple[str, State]]:
    if state.clock != AFTER and state.person != "in time":  # no request takes two minutes
        yield "time passes", state._replace(clock=state.clock + 1)
    if state.deaths:
        for n in (0, 1):
            if state.workers[n] != "idle":
                yield f"{n} dies", _put(state, n, "idle", deaths=state.deaths - 1, **_back(state, n))
        if state.person != "idle":
            yield "the page dies", state._replace(person="idle", deaths=state.deaths - 1)
    if state.lease in ("reserved", "begun") and not state.old:
        yield "the lease grows old", state._replace(old=True)
    # it lasts longer than an attempt that read its facts before
    if state.mark and state.person != "marked" and not {"read", "ready"} & set(state.workers):
        yield "the mark expires", state._replace(mark=False)


def follow(state: State) -> Iterator[tuple[str, State]]:
    """What may happen next."""
    yield from _tick(state)
    for n in (0, 1):
        yield from _worker(state, n)
    yield from _person(state)
    yield from _trouble(state)


def explore() -> dict[State, list[tuple[str, State]]]:
    """Every reachable state with what may follow it."""
    return explored(State(), lambda state: ((name, _tidy(after)) for name, after in follow(state)))


def _tidy(state: State) -> State:
    """Which job an idle worker had says nothing."""
    took = (state.took[0] if state.workers[0] != "idle" else "", state.took[1] if state.workers[1] != "idle" else "")
    return state._replace(took=took)
