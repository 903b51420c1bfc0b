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

from tests.support.exploring import explored

#: The name of a claim. One that stands nowhere in a state is as good as new, so a few small numbers do.
Token = int
NOBODY: Token = -1


class Claim(NamedTuple):
    """Who may hand over: `state` is none, open, reserved, claimed, free, sent or failed; `old` is past the lease.

    `by` is the claim's token. `over` are the tokens of reservations under which nothing was handed over;
    `another_run` says that this Redis is not the one that wrote it. `reopened` is that of the attempt which wrote it:
    how often the row that it had read was opened again.
    """

    state: str = "none"
    by: Token = NOBODY
    old: bool = False
    maybe_accepted: bool = False
    looks: int = 0
    over: frozenset[Token] = frozenset()
    another_run: bool = False
    reopened: int = 0


class Row(NamedTuple):
    """The record; `by` is the token of the claim in its metadata; `asked`: that one is finding out what happened.

    `reopened` is how often it was opened again.
    """

    status: str = "none"
    by: Token = NOBODY
    old: bool = False
    maybe_accepted: bool = False
    asked: bool = False
    reopened: int = 0


class Worker(NamedTuple):
    """Where a worker is; `outcome` is what it is about to record, `doubt` whether it must look before sending.

    `token` is its claim's, `reopened` that of the row that it read.
    """

    at: str = "idle"
    outcome: str = ""
    maybe_accepted: bool = False
    token: Token = NOBODY
    reopened: int = 0

    def to(self, at: str, outcome: str = "", maybe_accepted: bool = False) -> Worker:
        """With the same claim elsewhere."""
        if at == "idle":
            return Worker()
        return Worker(at, outcome, maybe_accepted, self.token, self.reopened)


class State(NamedTuple):
    """Everything at one moment. `accepted` counts messages that the gateway took; budgets bound the faults.

    `kept_reopened` is that of the row in the outbox, `released` the token of a claim that it gives back. `keeps` is
    whether the gateway shows what it accepted; where it does not, it is known not to. `reconnects` is how often an
    instance that was away is open again. `hears` is whether the gateway's webhooks tell of what it accepted. `wish` is
    what was chosen: now, later (another time, which has not come), or off; it changes `choices` times more.
    """

    claim: Claim = Claim()
    outbox: str = ""
    kept_reopened: int = 0
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
    hears: bool = False
    wish: str = "now"
    choices: int = 0


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
        row = settle(release(state.row, state.released), state.outbox, state.kept_reopened)
        yield "flush", state._replace(row=row, outbox="", kept_reopened=0, released=NOBODY)
    if state.hears and state.accepted and state.supabase and state.row.status in ("pending", "failed"):
        yield "is heard of", state._replace(row=Row("sent"))
    if state.reconnects and state.supabase and state.row.status == "closed" and not state.row.maybe_accepted:
        # `Records.reopen`: one write, whatever Redis and the outbox say at this moment
        opened = Row("pending", reopened=state.row.reopened + 1)
        yield "opens it again", state._replace(row=opened, reconnects=state.reconnects - 1)


def faults(state: State) -> Iterator[tuple[str, State]]:
    """What may go wrong next."""
    for n, worker in enumerate(state.workers):
        if state.deaths and worker.at != "idle":
            yield f"{n} dies", put(state, n, Worker(), deaths=state.deaths - 1)
            if worker.at == "in flight":
                late = put(state, n, Worker(), deaths=state.deaths - 1, accepted=state.accepted + 1)
                yield f"{n} dies, its request arrives", late
    if state.choices:
        for wish in {"now", "later", "off"} - {state.wish}:
            yield f"is chosen: {wish}", state._replace(wish=wish, choices=state.choices - 1)
    if state.supabase and state.outages:
        yield "supabase away", state._replace(supabase=False, outages=state.outages - 1)
    if state.losses:
        yield "redis forgets", state._replace(claim=Claim(), outbox="", kept_reopened=0, losses=state.losses - 1)
    if state.restarts:
        for claim in _after_restart(state.claim):
            # an outcome and its row are remembered as one, and lost as one
            for outbox in {state.outbox} if claim.state in SETTLED else {state.outbox, ""}:
                kept = state.kept_reopened if outbox else 0
                yield "redis restarts", state._replace(restarts=0, claim=claim, outbox=outbox, kept_reopened=kept)


def _after_restart(claim: Claim) -> Iterator[Claim]:
    """What a Redis that was killed remembers: everything, or not what happened in its last second."""
    known = claim._replace(another_run=True)
    yield known
    if claim.state in ("claimed", "free", *SETTLED) and not claim.looks:
        yield known._replace(state="reserved")
    if claim.over:
        yield known._replace(state="open", by=NOBODY)
    if claim.reopened and claim.state in ("reserved", "claimed"):
        yield Claim("closed", another_run=True, reopened=claim.reopened - 1)


def passing(state: State) -> Iterator[tuple[str, State]]:
    """What time brings by itself."""
    if state.claim.state in ("reserved", "claimed") and not state.claim.old:
        yield "claim grows old", state._replace(claim=state.claim._replace(old=True))
    if state.row.by != NOBODY and not state.row.old:
        yield "row's claim grows old", state._replace(row=state.row._replace(old=True))
    if not state.supabase:
        yield "supabase back", state._replace(supabase=True)
    if state.wish == "later":
        yield "its time comes", state._replace(wish="now")


def settle(row: Row, outcome: str, reopened: int) -> Row:
    """`aurora_proactive_write_outcomes`: a sent row never changes, a failed one only becomes sent, doubt stays.

    A failure from before the row was opened again changes nothing. A pending row from the outbox (its claim's token is
    long gone) changes nothing of a claim.
    """
    if outcome == "pending":
        return row if row.status != "none" else Row("pending")
    if outcome == "sent" and row.status != "sent":
        return Row("sent")
    if row.status in ("none", "pending") and reopened >= row.reopened:
        return Row(outcome, maybe_accepted=row.maybe_accepted, reopened=row.reopened)
    return row


def release(row: Row, mine: Token, maybe_accepted: bool = False) -> Row:
    """`aurora_proactive_write_record` of a pending row: takes this claim away, and no other's; doubt stays."""
    if mine == NOBODY or row.status == "sent":
        return row
    if row.status in FAILED:
        return row._replace(maybe_accepted=maybe_accepted or row.maybe_accepted)
    kept = row if row.by != mine else Row("pending", reopened=row.reopened)
    return kept._replace(status="pending", maybe_accepted=maybe_accepted or row.maybe_accepted)


def _idle(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    if not state.supabase or state.row.status in SETTLED:
        return
    if state.row.status == "none" and state.wish != "now":
        return  # it is left out, or comes back at its time
    refused = "failed" if state.wish == "off" else ""
    yield "reads", put(state, n, worker.to("read", refused)._replace(reopened=state.row.reopened))


def _read(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    """`acquire.lua`."""
    claim, mine, reopened = state.claim, _new_token(state), worker.reopened
    held = claim.state in ("reserved", "claimed")
    ended = claim.state == "sent" or (claim.state in FAILED and reopened <= claim.reopened)
    if ended or reopened < claim.reopened or (held and not claim.old):
        yield "must not", put(state, n, worker.to("idle"))
    elif held and (claim.state == "claimed" or claim.another_run):
        look = Claim(
            "claimed",
            mine,
            maybe_accepted=claim.maybe_accepted,
            looks=min(claim.looks + 1, LOOKS),
            over=claim.over,
            reopened=reopened,
        )
        looking = Worker("look", "", claim.maybe_accepted, mine, reopened)
        yield "takes over what was begun", put(state, n, looking, claim=look)
    else:
        over = claim.over | {claim.by} if held else claim.over if claim.state == "open" else frozenset()
        reserved = Claim("reserved", mine, maybe_accepted=claim.maybe_accepted, over=over, reopened=reopened)
        half = Worker("half", worker.outcome, claim.maybe_accepted, mine, reopened)
        yield "reserves", put(state, n, half, claim=reserved)


def _half(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    """Reserved in Redis; now the row (`aurora_proactive_take_leases`)."""
    row, mine = state.row, worker.token
    held = row.by != NOBODY and (row.asked or row.by not in _told_over(state, mine))
    if not state.supabase:
        kept, reopened = _kept(state, worker.reopened)
        ready = worker._replace(at="ready")
        yield "cannot write", put(state, n, ready, outbox=kept, kept_reopened=reopened, released=NOBODY)
    elif row.status in SETTLED:
        yield "row is settled", put(state, n, worker.to("marking", row.status))
    elif worker.reopened < row.reopened:
        yield "row was opened again since", put(state, n, worker._replace(at="stale"))
    elif held and not row.old:
        yield "row is busy", put(state, n, worker.to("idle"))
    elif held:
        taken = Row("pending", mine, maybe_accepted=row.maybe_accepted, asked=True, reopened=row.reopened)
        yield (
            "the row's claim ran out",
            put(state, n, worker.to("told", "", worker.maybe_accepted or row.maybe_accepted), row=taken),
        )
    else:
        taken = Row("pending", mine, maybe_accepted=row.maybe_accepted, reopened=row.reopened)
        yield (
            "claims the row",
            put(state, n, worker.to("ready", worker.outcome, worker.maybe_accepted or row.maybe_accepted), row=taken),
        )


def _marking(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    """`mark_settled.lua`: another's lease stays, it may be delivering under it."""
    ended = state.claim._replace(state=worker.outcome) if state.claim.by == worker.token else state.claim
    yield "marks it settled", put(state, n, worker.to("idle"), claim=ended)


def _stale(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    """What it leased in Redis is void (`void.lua`)."""
    claim, mine = state.claim, worker.token
    if claim.state == "reserved" and claim.by == mine:
        claim = claim._replace(state="open", over=claim.over | {mine})
    yield "voids its lease", put(state, n, worker.to("idle"), claim=claim)


def _kept(state: State, reopened: int) -> tuple[str, int]:
    """What is in the outbox after a pending row was kept (`keep_row.lua`), and how often that was opened again."""
    stays = state.outbox == "sent" or (state.outbox in FAILED and state.kept_reopened >= reopened)
    return (state.outbox, state.kept_reopened) if stays else ("pending", reopened)


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
    if worker.outcome:
        yield "was switched off", put(state, n, worker.to("settling", worker.outcome))
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
        yield "cannot ask, waits", put(state, n, worker.to("idle"))


def _settling(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    """Outcome and row into Redis as one (`remember_outcome.lua`)."""
    if worker.outcome in FAILED and worker.reopened < state.claim.reopened:
        yield "was before it was opened again", put(state, n, worker._replace(at="writing"))
        return
    claim = state.claim._replace(state=worker.outcome, reopened=max(worker.reopened, state.claim.reopened))
    stays = state.outbox == "sent" or (worker.outcome != "sent" and state.kept_reopened > worker.reopened)
    outbox, reopened = (state.outbox, state.kept_reopened) if stays else (worker.outcome, worker.reopened)
    remembered = worker._replace(at="writing")
    yield (
        "remembers",
        put(state, n, remembered, claim=claim, outbox=outbox, kept_reopened=reopened, released=NOBODY),
    )


def _writing(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    if state.supabase:
        row, mine = settle(state.row, worker.outcome, worker.reopened), (worker.outcome, worker.reopened)
        outbox, reopened = (
            ("", 0) if (state.outbox, state.kept_reopened) == mine else (state.outbox, state.kept_reopened)
        )
        yield "writes", put(state, n, worker.to("idle"), row=row, outbox=outbox, kept_reopened=reopened)
    else:
        yield "leaves it to the outbox", put(state, n, worker.to("idle"))


def _releasing(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    if state.supabase:
        freed = release(state.row, worker.token, worker.maybe_accepted)
        yield "frees the row", put(state, n, worker._replace(at="freeing"), row=freed)
    else:
        kept, reopened = _kept(state, worker.reopened)
        mine = NOBODY if kept in SETTLED else worker.token
        freeing = worker._replace(at="freeing")
        yield "keeps the row", put(state, n, freeing, outbox=kept, kept_reopened=reopened, released=mine)


def _freeing(state: State, n: int, worker: Worker) -> Iterator[tuple[str, State]]:
    """`release.lua`."""
    claim = state.claim
    if claim.state in ("reserved", "claimed") and claim.by == worker.token:
        claim = claim._replace(state="free", maybe_accepted=worker.maybe_accepted, looks=0, over=frozenset())
    yield "frees", put(state, n, worker.to("idle"), claim=claim)


_STEPS = {
    "idle": _idle, "read": _read, "half": _half, "marking": _marking, "stale": _stale, "told": _told, "ready": _ready,
    "in flight": _in_flight, "look": _look, "settling": _settling, "writing": _writing, "releasing": _releasing,
    "freeing": _freeing,
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
    return explored(
        start, lambda state: ((name, alike(after)) for name, after in (*steps(state), *passing(state), *faults(state)))
    )


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
