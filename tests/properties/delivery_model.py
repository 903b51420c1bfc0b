"""A small model of one occurrence's way to the gateway, and a checker that visits every state of it.

Two workers hold the same occurrence (a job enqueued twice, or a job that was given to another worker while
the first still lives). A worker's other occurrences do not matter to this one: each has its lane, a reservation that
waits in it is `ready` and may be given up at any moment, and what several of them leave in doubt is in
`lanes_model.py`. Anything may happen between any two steps: a worker dies, a claim grows old, Supabase
goes away and comes back, the connection to the gateway breaks on either side of acceptance. What a step does
is what `proactive/pipeline/pipeline.py` and `proactive/records` do in the order of `docs/guarantees.md`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

#: The name of a claim. One that stands nowhere in a state is as good as new, so a few small numbers do.
Token = int
NOBODY: Token = -1


class Claim(NamedTuple):
    """Who may hand over: `state` is none, open, reserved, claimed, free, sent or failed; `old` is past the lease.

    `by` is the claim's token. `over` are the tokens of reservations under which nothing was handed over;
    `another_run` says that this Redis is not the one that wrote it.
    """

    state: str = "none"
    by: Token = NOBODY
    old: bool = False
    maybe_accepted: bool = False
    looks: int = 0
    over: frozenset[Token] = frozenset()
    another_run: bool = False


class Row(NamedTuple):
    """The record; `by` is the token of the claim in its metadata; `asked`: that one is finding out what happened."""

    status: str = "none"
    by: Token = NOBODY
    old: bool = False
    maybe_accepted: bool = False
    asked: bool = False


class Worker(NamedTuple):
    """Where a worker is; `outcome` is what it is about to record, `doubt` whether it must look before sending.

    `token` is its claim's.
    """

    at: str = "idle"
    outcome: str = ""
    maybe_accepted: bool = False
    token: Token = NOBODY

    def to(self, at: str, outcome: str = "", maybe_accepted: bool = False) -> Worker:
        """With the same claim elsewhere."""
        return Worker(at, outcome, maybe_accepted, NOBODY if at == "idle" else self.token)


class State(NamedTuple):
    """Everything at one moment. `accepted` counts messages that the gateway took; budgets bound the faults.

    `released` is the token of a claim that a row in the outbox gives back. `keeps` is whether the gateway shows what it
    accepted; where it does not, it is known not to. `reconnects` is how often an instance that was away is open again.
    """

    claim: Claim = Claim()
    outbox: str = ""
    released: Token = NOBODY
    row: Row = Row()
    workers: tuple[Worker, ...] = (Worker(), Worker())
    accepted: int = 0
    supabase: bool = True
    deaths: int = 2
    outages: int = 1
    losses: int = 0
    restarts: int = 0
    keeps: bool = True
    reconnects: int = 0


#: `closed` is a failure because the instance was away: the only one that is opened again by itself, once.
FAILED = ("failed", "closed")
SETTLED = ("sent", *FAILED)
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
        row = settle(release(state.row, state.released), state.outbox)
        yield "flush", state._replace(row=row, outbox="", released=NOBODY)
    if state.reconnects and state.supabase and state.row.status == "closed" and state.outbox not in SETTLED:
        # `Records.reopen`: the row, and right after it the failure in Redis
        opened = Row("pending", maybe_accepted=state.row.maybe_accepted)
        claim = Claim() if state.claim.state in FAILED else state.claim
        yield "opens it again", state._replace(row=opened, claim=claim, reconnects=state.reconnects - 1)


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
    if state.restarts:
        for claim in _after_restart(state.claim):
            # an outcome and its row are remembered as one, and lost as one
            for outbox in {state.outbox} if claim.state in SETTLED else {state.outbox, ""}:
                yield "redis restarts", state._replace(restarts=0, claim=claim, outbox=outbox)


def _after_restart(claim: Claim) -> Iterator[Claim]:
    """What a Redis that was killed remembers: everything, or not what happened in its last second."""
    known = claim._replace(another_run=True)
    yield known
    if claim.state in ("claimed", "free", *SETTLED) and not claim.looks:
        yield known._replace(state="reserved")
    if claim.over:
        yield known._replace(state="open", by=NOBODY)


def passing(state: State) -> Iterator[tuple[str, State]]:
    """What time brings by itself."""
    if state.claim.state in ("reserved", "claimed") and not state.claim.old:
        yield "claim grows old", state._replace(claim=state.claim._replace(old=True))
    if state.row.by != NOBODY and not state.row.old:
        yield "row's claim grows old", state._replace(row=state.row._replace(old=True))
    if not state.supabase:
        yield "supabase back", state._replace(supabase=True)


def settle(row: Row, outcome: str) -> Row:
    """`aurora_proactive_write_outcomes`: a sent row never changes, a failed one only becomes sent, doubt stays.

    A pending row from the outbox (its claim's token is long gone) changes nothing of a claim.
    """
    if outcome == "pending":
        return row if row.status != "none" else Row("pending")
    if row.status in ("none", "pending") or (row.status in FAILED and outcome == "sent"):
        return Row(outcome, maybe_accepted=row.maybe_accepted)
    return row


def release(row: Row, mine: Token, maybe_accepted: bool = False) -> Row:
    """`aurora_proactive_write_record` of a pending row: takes this claim away, and no other's; doubt stays."""
    if mine == NOBODY or row.status not in ("none", "pending"):
        return row
    kept = row if row.by != mine else Row("pending")
    return kept._replace(status="pending", maybe_accepted=maybe_accepted or row.maybe_accepted)


def _idle(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    if state.supabase and state.row.status not in SETTLED:
        yield "reads", put(state, n, worker.to("read"))


def _read(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    """`claims.lua`."""
    claim, mine = state.claim, _new_token(state)
    held = claim.state in ("reserved", "claimed")
    if claim.state in SETTLED or (held and not claim.old):
        yield "must not", put(state, n, worker.to("idle"))
    elif held and (claim.state == "claimed" or claim.another_run):
        look = Claim("claimed", mine, maybe_accepted=claim.maybe_accepted, looks=claim.looks + 1, over=claim.over)
        yield "takes over what was begun", put(state, n, Worker("look", "", claim.maybe_accepted, mine), claim=look)
    else:
        over = claim.over | {claim.by} if held else claim.over if claim.state == "open" else frozenset()
        reserved = Claim("reserved", mine, maybe_accepted=claim.maybe_accepted, over=over)
        yield "reserves", put(state, n, Worker("half", "", claim.maybe_accepted, mine), claim=reserved)


def _half(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    """Reserved in Redis; now the row (`aurora_proactive_take_leases`)."""
    row, mine = state.row, worker.token
    held = row.by != NOBODY and (row.asked or row.by not in _told_over(state, mine))
    if not state.supabase:
        kept = state.outbox if state.outbox in SETTLED else "pending"
        yield "cannot write", put(state, n, worker._replace(at="ready"), outbox=kept, released=NOBODY)
    elif row.status in SETTLED:
        # another's lease stays: it may be delivering under it (`mark_settled.lua`)
        ended = state.claim._replace(state=row.status) if state.claim.by == mine else state.claim
        yield "row is settled", put(state, n, worker.to("idle"), claim=ended)
    elif held and not row.old:
        yield "row is busy", put(state, n, worker.to("idle"))
    elif held:
        taken = Row("pending", mine, maybe_accepted=row.maybe_accepted, asked=True)
        yield (
            "the row's claim ran out",
            put(state, n, worker.to("told", "", worker.maybe_accepted or row.maybe_accepted), row=taken),
        )
    else:
        taken = Row("pending", mine, maybe_accepted=row.maybe_accepted)
        yield (
            "claims the row",
            put(state, n, worker.to("ready", "", worker.maybe_accepted or row.maybe_accepted), row=taken),
        )


def _told_over(state: State, mine: Token) -> frozenset[Token]:
    """What Redis answered to this worker's reservation; another one's answer is not this one's."""
    return state.claim.over if state.claim.by == mine else frozenset()


def _told(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    """The row says that an earlier claim was begun, Redis does not know: it is told (`begin.lua`)."""
    yield "tells redis", put(state, n, worker._replace(at="look"), claim=_begun(state.claim, worker.token))


def _begun(claim: Claim, mine: Token) -> Claim:
    """`begin.lua`: the claim as it is afterwards, unchanged where it says no."""
    if claim.state in ("reserved", "claimed") and claim.by == mine and not claim.looks:
        return claim._replace(state="claimed", old=False)
    return claim


def _ready(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    mine, claim = worker.token, state.claim
    if worker.maybe_accepted and state.accepted and state.keeps:
        yield "finds it", put(state, n, worker.to("settling", "sent"))
        return
    if worker.maybe_accepted and not state.keeps:
        yield "cannot tell", put(state, n, worker.to("settling", "failed"))
    if worker.maybe_accepted:
        yield "cannot ask, waits", put(state, n, worker.to("releasing", "", True))
        if not state.keeps:
            return
    if claim.state == "reserved" and claim.by == mine:
        given_up = claim._replace(state="open", over=claim.over | {mine})
        yield "gives it up", put(state, n, worker.to("idle"), claim=given_up)
    if claim.state in ("reserved", "claimed") and claim.by == mine and not claim.looks:
        yield "begins", put(state, n, worker._replace(at="in flight"), claim=_begun(claim, mine))
    else:
        yield "is too late", put(state, n, worker.to("idle"))


def _in_flight(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    taken = state.accepted + 1
    yield "accepted", put(state, n, worker.to("settling", "sent"), accepted=taken)
    yield "accepted, answer lost", put(state, n, worker.to("look"), accepted=taken)
    yield "accepted, fails in its own words", put(state, n, worker.to("releasing", "", True), accepted=taken)
    yield "lost, or a proxy's words", put(state, n, worker.to("look"))
    yield "fails in its own words", put(state, n, worker.to("releasing", "", True))
    yield "cannot be reached, or is connecting: waits", put(state, n, worker.to("releasing"))
    yield "refused", put(state, n, worker.to("settling", "failed"))
    if state.reconnects:
        yield "disconnected", put(state, n, worker.to("settling", "closed"))


def _look(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    if state.accepted and state.keeps:
        yield "found", put(state, n, worker.to("settling", "sent"))
    elif state.claim.looks < LOOKS:
        yield "not found yet", put(state, n, worker.to("idle"))
    else:
        yield "unknown", put(state, n, worker.to("settling", "failed"))


def _settling(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    """Outcome and row into Redis as one (`remember.lua`)."""
    claim = state.claim._replace(state=worker.outcome)
    outbox = "sent" if state.outbox == "sent" else worker.outcome
    yield "remembers", put(state, n, worker._replace(at="writing"), claim=claim, outbox=outbox, released=NOBODY)


def _writing(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    if state.supabase:
        outbox = "" if state.outbox == worker.outcome else state.outbox
        yield "writes", put(state, n, worker.to("idle"), row=settle(state.row, worker.outcome), outbox=outbox)
    else:
        yield "leaves it to the outbox", put(state, n, worker.to("idle"))


def _releasing(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    if state.supabase:
        freed = release(state.row, worker.token, worker.maybe_accepted)
        yield "frees the row", put(state, n, worker._replace(at="freeing"), row=freed)
    else:
        kept = state.outbox if state.outbox in SETTLED else "pending"
        mine = NOBODY if kept in SETTLED else worker.token
        yield "keeps the row", put(state, n, worker._replace(at="freeing"), outbox=kept, released=mine)


def _freeing(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    """`release.lua`."""
    claim = state.claim
    if claim.state in ("reserved", "claimed") and claim.by == worker.token:
        claim = claim._replace(state="free", maybe_accepted=worker.maybe_accepted, looks=0, over=frozenset())
    yield "frees", put(state, n, worker.to("idle"), claim=claim)


_STEPS = {
    "idle": _idle, "read": _read, "half": _half, "told": _told, "ready": _ready, "in flight": _in_flight, "look": _look,
    "settling": _settling, "writing": _writing, "releasing": _releasing, "freeing": _freeing,
}  # fmt: skip


def _new_token(state: State) -> Token:
    return min(set(range(9)) - _tokens(state))


def _tokens(state: State) -> set[Token]:
    claim = state.claim
    return {claim.by, state.row.by, state.released, *claim.over, *(worker.token for worker in state.workers)}


def alike(state: State) -> State:
    """The one state that stands for all that differ only in the order of the workers and the names of the claims.

    A token of `over` matters only while the row or a worker has it.
    """
    workers = tuple(sorted(state.workers))
    kept = (*(worker.token for worker in workers), state.row.by, state.claim.by, state.released)
    names = {token: place for place, token in enumerate(dict.fromkeys(kept)) if token != NOBODY} | {NOBODY: NOBODY}
    over = frozenset(names[token] for token in state.claim.over if token in kept[:3])
    return state._replace(
        workers=tuple(worker._replace(token=names[worker.token]) for worker in workers),
        claim=state.claim._replace(by=names[state.claim.by], over=over),
        row=state.row._replace(by=names[state.row.by]),
        released=names[state.released],
    )


def explore(start: State) -> dict[State, list[tuple[str, State]]]:
    """Every reachable state with what may follow it."""
    graph: dict[State, list[tuple[str, State]]] = {}
    todo = deque([start])
    while todo:
        state = todo.popleft()
        if state in graph:
            continue
        follow = (*steps(state), *passing(state), *faults(state))
        graph[state] = [(name, alike(after)) for name, after in follow]
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
