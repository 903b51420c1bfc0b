"""A small model of one occurrence's way to the gateway, and a checker that visits every state of it.

Two workers hold the same occurrence (a job enqueued twice, or a job that was given to another worker while
the first still lives). Anything may happen between any two steps: a worker dies, a claim grows old, Supabase
goes away and comes back, the connection to the gateway breaks on either side of acceptance. What a step does
is what `proactive/pipeline.py` and `proactive/records` do in the order of `docs/guarantees.md`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple


class Claim(NamedTuple):
    """Who may hand over: `state` is none, free, claimed, sent or failed; `old` is past the lease."""

    state: str = "none"
    by: int = -1
    old: bool = False
    doubt: bool = False
    looks: int = 0


class Row(NamedTuple):
    """The record; `by` is the holder of the claim in its metadata, -1 for none; `doubt` as in the claim."""

    status: str = "none"
    by: int = -1
    old: bool = False
    doubt: bool = False


class Worker(NamedTuple):
    """Where a worker is; `outcome` is what it is about to record, `doubt` whether it must look before sending."""

    at: str = "idle"
    outcome: str = ""
    doubt: bool = False


class State(NamedTuple):
    """Everything at one moment. `accepted` counts messages that the gateway took; budgets bound the faults."""

    claim: Claim = Claim()
    outbox: str = ""
    row: Row = Row()
    workers: tuple[Worker, ...] = (Worker(), Worker())
    accepted: int = 0
    supabase: bool = True
    deaths: int = 2
    outages: int = 1
    losses: int = 0


SETTLED = ("sent", "failed")
LOOKS = 2


def put(state: State, n: int, worker: Worker, **changes: object) -> State:
    """The state with worker `n` (and whatever else) changed."""
    workers = (*state.workers[:n], worker, *state.workers[n + 1 :])
    return state._replace(workers=workers, **changes)  # type: ignore[arg-type]


def steps(state: State) -> Iterator[tuple[str, State]]:
    """What the workers and the upkeep may do next, one atomic step each."""
    for n, worker in enumerate(state.workers):
        yield from ((f"{n} {name}", after) for name, after in _STEPS[worker.at](state, n, worker))
    if state.outbox and state.supabase:
        yield "flush", state._replace(row=settle(state.row, state.outbox), outbox="")


def faults(state: State) -> Iterator[tuple[str, State]]:
    """What may go wrong next."""
    for n, worker in enumerate(state.workers):
        if state.deaths and worker.at != "idle":
            yield f"{n} dies", put(state, n, Worker(), deaths=state.deaths - 1)
            if worker.at == "in flight":
                late = put(state, n, Worker(), deaths=state.deaths - 1, accepted=state.accepted + 1)
                yield f"{n} dies, its request arrives", late
    if state.supabase and state.outages:
        yield "supabase away", state._replace(supabase=False, outages=state.outages - 1)
    if state.losses:
        yield "redis forgets", state._replace(claim=Claim(), outbox="", losses=state.losses - 1)


def passing(state: State) -> Iterator[tuple[str, State]]:
    """What time brings by itself."""
    if state.claim.state == "claimed" and not state.claim.old:
        yield "claim grows old", state._replace(claim=state.claim._replace(old=True))
    if state.row.by >= 0 and not state.row.old:
        yield "row's claim grows old", state._replace(row=state.row._replace(old=True))
    if not state.supabase:
        yield "supabase back", state._replace(supabase=True)


def settle(row: Row, outcome: str, doubt: bool = False) -> Row:
    """`aurora_proactive_settle`: a sent row never changes, a failed one only becomes sent, doubt stays."""
    if row.status in ("none", "pending") or (row.status == "failed" and outcome == "sent"):
        return Row(outcome, doubt=doubt or row.doubt)
    return row


def _idle(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    if state.supabase and state.row.status not in SETTLED:
        yield "reads", put(state, n, Worker("read"))


def _read(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    claim = state.claim
    if claim.state in SETTLED or (claim.state == "claimed" and not claim.old):
        yield "must not", put(state, n, Worker())
        return
    mine = Claim("claimed", n, False, claim.doubt, claim.looks + (claim.state == "claimed"))
    yield "claims", put(state, n, Worker("look" if claim.state == "claimed" else "half", "", claim.doubt), claim=mine)


def _half(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    """Claimed in Redis; now the row."""
    row = state.row
    if not state.supabase:
        kept = state.outbox if state.outbox in SETTLED else "pending"
        yield "cannot write", put(state, n, worker._replace(at="ready"), outbox=kept)
    elif row.status in SETTLED:
        yield "row is settled", put(state, n, Worker(), claim=state.claim._replace(state=row.status))
    elif row.by >= 0 and not row.old:
        yield "row is busy", put(state, n, Worker())
    else:
        at = "look" if row.by >= 0 else "ready"
        doubtful = worker._replace(at=at, doubt=worker.doubt or row.doubt)
        yield "claims the row", put(state, n, doubtful, row=Row("pending", n, doubt=row.doubt))


def _ready(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    if worker.doubt and state.accepted:
        yield "finds it", put(state, n, Worker("settling", "sent"))
    elif state.claim == Claim("claimed", n, False, state.claim.doubt, state.claim.looks):
        yield "sends", put(state, n, Worker("in flight"))
    else:
        yield "is too late", put(state, n, Worker())


def _in_flight(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    taken = state.accepted + 1
    yield "accepted", put(state, n, Worker("settling", "sent"), accepted=taken)
    yield "accepted, answer lost", put(state, n, Worker("look"), accepted=taken)
    yield "accepted, answers 503", put(state, n, Worker("releasing", "", True), accepted=taken)
    yield "lost on the way", put(state, n, Worker("look"))
    yield "503", put(state, n, Worker("releasing", "", True))
    yield "cannot connect", put(state, n, Worker("releasing"))
    yield "refused", put(state, n, Worker("settling", "failed"))


def _look(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    if state.accepted:
        yield "found", put(state, n, Worker("settling", "sent"))
    elif state.claim.looks < LOOKS:
        yield "not found yet", put(state, n, Worker())
    else:
        yield "unknown", put(state, n, Worker("settling", "failed"))


def _settling(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    """Outcome and row into Redis as one."""
    claim = state.claim._replace(state=worker.outcome)
    yield "remembers", put(state, n, worker._replace(at="writing"), claim=claim, outbox=worker.outcome)


def _writing(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    if state.supabase:
        outbox = "" if state.outbox == worker.outcome else state.outbox
        yield "writes", put(state, n, Worker(), row=settle(state.row, worker.outcome), outbox=outbox)
    else:
        yield "leaves it to the outbox", put(state, n, Worker())


def _releasing(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    if state.supabase:
        freed = settle(state.row, "pending", worker.doubt)
        yield "frees the row", put(state, n, worker._replace(at="freeing"), row=freed)
    else:
        kept = state.outbox if state.outbox in SETTLED else "pending"
        yield "keeps the row", put(state, n, worker._replace(at="freeing"), outbox=kept)


def _freeing(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    yield "frees", put(state, n, Worker(), claim=state.claim._replace(state="free", doubt=worker.doubt))


_STEPS = {
    "idle": _idle, "read": _read, "half": _half, "ready": _ready, "in flight": _in_flight, "look": _look,
    "settling": _settling, "writing": _writing, "releasing": _releasing, "freeing": _freeing,
}  # fmt: skip


def explore(start: State) -> dict[State, list[tuple[str, State]]]:
    """Every reachable state with what may follow it."""
    graph: dict[State, list[tuple[str, State]]] = {}
    todo = deque([start])
    while todo:
        state = todo.popleft()
        if state in graph:
            continue
        graph[state] = [*steps(state), *passing(state), *faults(state)]
        todo.extend(after for _, after in graph[state])
    return graph


def path_to(graph: dict[State, list[tuple[str, State]]], start: State, goal: State) -> list[str]:
    """The shortest story from `start` to `goal`, for a failing test's message."""
    came: dict[State, tuple[State, str]] = {}
    todo = deque([start])
    while todo:
        state = todo.popleft()
        if state == goal:
            break
        for name, after in graph[state]:
            if after not in came and after != start:
                came[after] = (state, name)
                todo.append(after)
    story: list[str] = []
    while goal in came:
        goal, name = came[goal]
        story.append(name)
    return story[::-1]
