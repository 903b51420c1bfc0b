"""A model of a whole campaign, and every state of it: owners who write, the pump, workers, and what may go wrong.

Two owners' messages are heard by jobs, in any order and more than once; two recipients, two workers; anything may
happen between any two steps. What is decided is decided by the product's own table (`states.decide`,
`repeats.repeated`); a step is what `campaign_step`, `HaltingStore`, `take_client_lease` and `begin.lua` do.
`delivery_model.py` has what is the same for every message, `halt_model.py` a stop and its undoing alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from proactive.campaigns.conversation_view import CampaignView
from proactive.campaigns.manner import Manner
from proactive.campaigns.repeats import repeated
from proactive.campaigns.states import FINAL, LIVE, Action, Decision, Standing, Status, decide
from proactive.replies.readings import Kind, Reading

_STEPS: dict[Action, Status] = {
    Action.PREVIEW: Status.PREVIEWED, Action.CONFIRM: Status.CONFIRMED, Action.DECLINE: Status.DECLINED,
    Action.PAUSE: Status.PAUSED, Action.STOP: Status.STOPPED,
}  # fmt: skip
_HALTING = frozenset({Status.PAUSED, Status.STOPPED, Status.DECLINED, Status.DONE, Status.EXPIRED, Status.PREVIEWED})
_GOING = frozenset({Status.CONFIRMED, Status.RUNNING})
_OPEN = ("ready", "in flight", "settling", "look")


class Message(NamedTuple):
    """What an owner (0 or 1) writes."""

    owner: int
    kind: Kind


class Job(NamedTuple):
    """The job that hears a message: where it is, and what it knows: the campaign as it was read (`saw`: its mark), its
    decision, the mark that it set. `heard` says that its step was taken, `told` that its answer is on its way,
    `written` that the pump wrote the stop whose mark it found in Redis.
    """

    at: str = "waits"
    was: Status = Status.OFFERED
    revision: int = 0
    action: Action = Action.NOTHING
    direct: bool = False
    mark: int = 0
    saw: int = 0
    heard: bool = False
    told: bool = False
    written: bool = False


class Recipient(NamedTuple):
    """A recipient's row (absent, pending, sent, unknown, skipped) and its lease in Redis (none, reserved, begun), by
    whom; `stale`: of an earlier run of Redis, `old`: past its time. `claimed`: its row says that somebody has it.
    """

    row: str = "absent"
    revision: int = 0
    lease: str = "none"
    by: int = -1
    stale: bool = False
    old: bool = False
    claimed: bool = False
    accepted: int = 0


class State(NamedTuple):
    """Everything at one moment. `mark` is the halt that the row knows, `halt` the one in Redis (0: none); `cause` why
    it pauses, `last` whose message took the last step, `t1` how far telling the owner has come, `seen` the revision
    that each owner was shown. `broken` names the promise that was broken.
    """

    jobs: tuple[Job, ...]
    status: Status = Status.OFFERED
    revision: int = 0
    resumes: Status = Status.CONFIRMED
    cause: str = ""
    mark: int = 0
    halt: int = 0
    last: int = -1
    t1: str = "no"
    confirmed: int = 0
    seen: tuple[int, int] = (0, 0)
    recipients: tuple[Recipient, Recipient] = (Recipient(), Recipient())
    workers: tuple[tuple[str, int], tuple[str, int]] = (("idle", -1), ("idle", -1))
    window: bool = False
    out: str = "no"
    asked_out: bool = False
    reported: bool = False
    reports: int = 0
    broken: str = ""
    deaths: int = 1
    repeats: int = 1
    restarts: int = 0
    troubles: int = 0
    pump_lifts: int = 0


Follow = Iterator[tuple[str, State]]


@cache
def _decided(was: Status, became: Status | None, by_owner: bool, began: bool, kind: Kind, unseen: bool) -> Decision:
    """What the product decides on a message of that kind; once its step is known, the same again."""
    view: Any = CampaignView.model_construct
    known = repeated(view(status=was, became=became))
    standing = Standing(was, "send", by_owner=by_owner, redoable=True, began=began, asks_to_resume=not by_owner)
    return known or decide(standing, Reading(kind), Manner(unseen=unseen))


def _job(state: State, n: int, job: Job, **changes: object) -> State:
    return state._replace(jobs=(*state.jobs[:n], job, *state.jobs[n + 1 :]), **changes)  # type: ignore[arg-type]


def _told(job: Job) -> Job:
    """A job that is over: of what it knew, what it found is kept where it took a step."""
    return Job("told", was=job.was if job.heard else Status.OFFERED, heard=job.heard, told=True)


def _alike(state: State) -> State:
    """The same state with the workers in order, and no name of a worker who has let go: nobody can tell them apart."""
    known = tuple(
        each._replace(by=-1) if each.by >= 0 and state.workers[each.by][1] != place else each
        for place, each in enumerate(state.recipients)
    )
    workers = state.workers
    if workers[0] < workers[1]:
        workers = (workers[1], workers[0])
        known = tuple(each._replace(by=1 - each.by) if each.by >= 0 else each for each in known)
    return state._replace(recipients=(known[0], known[1]), workers=workers)


def _recipient(state: State, n: int, found: Recipient, **changes: object) -> State:
    both = (found, state.recipients[1]) if n == 0 else (state.recipients[0], found)
    return state._replace(recipients=both, **changes)  # type: ignore[arg-type]


def _worker(state: State, n: int, at: str, whom: int = -1, **changes: object) -> State:
    both = ((at, whom), state.workers[1]) if n == 0 else (state.workers[0], (at, whom))
    return state._replace(workers=both, **changes)  # type: ignore[arg-type]


def _new_mark(state: State) -> int:
    used = {state.mark, state.halt, *(job.mark for job in state.jobs), *(job.saw for job in state.jobs)}
    return min(set(range(1, 9)) - used)


def _began(state: State) -> bool:
    return any(each.row in ("sent", "unknown") or each.claimed for each in state.recipients)


def _open(each: Recipient) -> bool:
    return each.row == "pending" and (each.claimed or each.lease == "begun")


class Model:
    """The model of one conversation. `messages` are what the owners write, each of them heard at any time; `alone`
    leaves the second recipient out.
    """

    def __init__(self, *messages: Message, alone: bool = False, **start: int) -> None:
        self.messages, self.alone = messages, alone
        self.start = State(jobs=(Job(),) * len(messages))._replace(**start)  # type: ignore[arg-type]

    def follow(self, state: State) -> Follow:
        """What may happen next."""
        for n in range(len(self.messages)):
            yield from self._hear(state, n)
        yield from self._pump(state)
        for n in (0, 1):
            yield from self._work(state, n)
        yield from self._opt_out(state)
        yield from self._trouble(state)

    def begins(self, state: State, n: int, whom: int) -> bool:
        """What begin.lua looks at."""
        each = state.recipients[whom]
        mine = each.lease == "reserved" and each.by == n and not each.stale
        return mine and state.halt == 0 and not (whom == 0 and state.out in ("halted", "recorded"))

    def stale(self, state: State, job: Job) -> bool:
        """What the step's guard looks at."""
        return (state.status, state.revision, state.mark) != (job.was, job.revision, job.saw)

    # --- owners

    def _hear(self, state: State, n: int) -> Follow:
        job, message = state.jobs[n], self.messages[n]
        if job.at == "waits":
            yield f"message {n} is heard", self._decide(state, n)
        elif job.at == "halts":
            mark = _new_mark(state)
            yield f"{n} halts", _job(state, n, job._replace(at="steps", mark=mark), halt=mark)
        elif job.at == "steps":
            yield f"{n} steps", self._step(state, n)
        elif job.at == "settles":
            done = job._replace(at="tells", mark=0)
            yield f"{n} lets Redis have the row's mark", _job(state, n, done, halt=self._settled(state, job))
        elif job.at == "tells":
            told = _job(state, n, _told(job))
            if job.action is Action.PREVIEW or (job.action is Action.CONFIRM_OR_PREVIEW and not job.direct):
                shown = job.revision + 1
                seen = (max(shown, state.seen[0]), state.seen[1]) if message.owner == 0 else (
                    state.seen[0], max(shown, state.seen[1]))  # fmt: skip
                told = told._replace(seen=seen)
            elif job.action in (Action.CONFIRM, Action.CONFIRM_OR_PREVIEW, Action.RESUME) and state.t1 == "no":
                told = told._replace(t1="asked")
            elif job.action is Action.STOP and not job.told:
                told = told._replace(reports=state.reports + 1)
            yield f"{n} tells", told
        elif job.at == "told" and state.repeats:
            yield f"message {n} comes again", _job(state, n, job._replace(at="waits"), repeats=state.repeats - 1)

    def _decide(self, state: State, n: int) -> State:
        job, message = state.jobs[n], self.messages[n]
        was, became, revision = state.status, None, state.revision
        if job.heard and state.last == n:  # campaigns_before: its own step was the last one
            was, became = job.was, state.status
            revision -= int(state.status is Status.PREVIEWED or was is Status.OFFERED)
        decision = _decided(
            was, became, state.cause == "owner", _began(state), message.kind,
            state.seen[message.owner] < state.revision,
        )  # fmt: skip
        action = decision.action
        if action is Action.DECLINE and was is Status.OFFERED:
            action = Action.NOTHING  # closes this owner's question
        if action in (Action.NOTHING, Action.REMOVE):
            return _job(state, n, _told(job))
        direct = action is Action.CONFIRM_OR_PREVIEW and (became or Status.CONFIRMED) is Status.CONFIRMED
        halts = self._aim(action, direct, state) in _HALTING and was in LIVE
        at = "halts" if halts else "steps"
        read = job._replace(at=at, was=was, revision=revision, action=action, direct=direct, saw=state.mark)
        return _job(state, n, read)

    def _aim(self, action: Action, direct: bool, state: State) -> Status:
        if action is Action.CONFIRM_OR_PREVIEW:
            return Status.CONFIRMED if direct else Status.PREVIEWED
        return state.resumes if action is Action.RESUME else _STEPS[action]

    def _step(self, state: State, n: int) -> State:
        job = state.jobs[n]
        settles = job.mark or self._aim(job.action, job.direct, state) in _GOING
        after = job._replace(at="settles" if settles else "tells")
        if job.heard:  # its cause is known
            return _job(state, n, after)
        if self.stale(state, job):  # decided anew, the halt stays
            again = _job(state, n, job._replace(at="waits", mark=0, saw=0, written=False))
            if job.mark and state.status not in _GOING:
                again = again._replace(halt=self._settled(state, job))
            return again
        became = self._aim(job.action, job.direct, state)
        stepped = _job(state, n, after._replace(heard=True), status=became, last=n)
        if job.mark:
            stepped = stepped._replace(mark=job.mark)
        if became is Status.PREVIEWED or job.direct:
            stepped = self._frozen(stepped, self.messages[n].kind)
        if became is Status.CONFIRMED and job.action is not Action.RESUME:
            unseen = not job.direct and state.seen[self.messages[n].owner] < state.revision
            stepped = stepped._replace(
                confirmed=stepped.revision, t1="no", broken="a yes to what nobody saw" if unseen else state.broken
            )
        if became is Status.PAUSED:
            resumes = state.resumes if state.status is Status.PAUSED else state.status
            stepped = stepped._replace(cause="owner", resumes=resumes, t1="no")
        if job.action is Action.RESUME:
            stepped = stepped._replace(cause="")
        if became is Status.STOPPED:
            stepped = stepped._replace(reported=True)
        return self._over(stepped) if became in FINAL else stepped

    def _frozen(self, state: State, kind: Kind) -> State:
        """A new revision: every client, or after a change the first one alone; what is pending is replaced."""
        revision = state.revision + 1
        new = Recipient("pending", revision)
        second = Recipient() if self.alone or kind is Kind.FIRST or revision > 1 else new
        first = Recipient() if state.out == "recorded" else new
        return state._replace(revision=revision, recipients=(first, second))

    def _over(self, state: State) -> State:
        left = [
            each._replace(row="skipped") if each.row == "pending" and not _open(each) else each
            for each in state.recipients
        ]
        return state._replace(recipients=(left[0], left[1]), cause="")

    def _settled(self, state: State, job: Job) -> int:
        """The mark in Redis after `HaltingStore._settle`."""
        if not job.mark:
            return 0 if state.status in _GOING and state.halt == state.mark else state.halt
        if job.mark == state.mark or state.halt != job.mark:
            return state.halt
        return state.mark if state.status not in _GOING else 0

    # --- the pump

    def _pump(self, state: State) -> Follow:
        pending = any(each.row == "pending" for each in state.recipients)
        if state.pump_lifts:
            halt = 0 if state.halt == state.pump_lifts and state.status in _GOING else state.halt
            yield "the pump lifts", state._replace(pump_lifts=0, halt=halt)
        if state.status in FINAL:
            due = state.status in (Status.STOPPED, Status.DONE) and not state.reported
            if due and not any(_open(each) for each in state.recipients):
                yield "it is reported", state._replace(reported=True, reports=state.reports + 1)
            return
        if state.status in _GOING and state.halt:
            if state.halt == state.mark:
                yield "the pump lifts what was not lifted", state._replace(halt=0)
            else:
                jobs = tuple(job._replace(written=job.written or job.mark == state.halt) for job in state.jobs)
                yield "the pump writes a stop", self._pauses(state, "owner")._replace(jobs=jobs)
            return
        if state.status is Status.PAUSED and state.mark and not state.halt:
            yield "the pump sets a halt again", state._replace(halt=state.mark)
        if state.t1 == "asked":
            yield "T1 is accepted", state._replace(t1="accepted")
        if state.status is Status.CONFIRMED:
            if state.t1 == "accepted":
                yield "it starts", self._goes_on(state, Status.RUNNING)
            if state.t1 != "accepted":
                yield "nobody was told in time", self._pauses(state, "not told")
        if state.status is Status.RUNNING:
            if not pending:
                yield "it is done", self._ends(state, Status.DONE)
            if state.troubles:
                yield "a breaker trips", self._pauses(state, "breaker")._replace(troubles=state.troubles - 1)
        if state.status is Status.PAUSED:
            if state.cause == "breaker":
                yield "the cause is over", self._goes_on(state._replace(cause=""), state.resumes)
            else:
                final = Status.STOPPED if _began(state) else Status.DECLINED
                yield "two days pass", self._ends(state, final)
        if state.status in (Status.OFFERED, Status.PREVIEWED):
            yield "it expires", self._over(state._replace(status=Status.EXPIRED, last=-1))
        elif pending:
            yield "its time is over", self._ends(state, Status.DONE)

    def _pauses(self, state: State, cause: str) -> State:
        mark, resumes = _new_mark(state), state.status
        return state._replace(
            status=Status.PAUSED, cause=cause, resumes=resumes, halt=mark, mark=mark, last=-1, t1="no"
        )

    def _goes_on(self, state: State, status: Status) -> State:
        return state._replace(status=status, last=-1, pump_lifts=state.mark)

    def _ends(self, state: State, status: Status) -> State:
        mark = _new_mark(state)
        return self._over(state._replace(status=status, halt=mark, mark=mark, last=-1))

    # --- workers

    def _work(self, state: State, n: int) -> Follow:
        at, whom = state.workers[n]
        if at == "idle":
            if not state.window:
                yield from self._claim(state, n)
            return
        each = state.recipients[whom]
        mine = each.lease in ("reserved", "begun") and each.by == n
        if at == "ready":
            if self.begins(state, n, whom):
                begun = _recipient(state, whom, each._replace(lease="begun", old=False), broken=self._broken(state, n))
                yield f"{n} begins", _worker(begun, n, "in flight", whom)
            else:
                free = self.released(state, each) if mine and not each.stale else each
                yield f"{n} does not begin", _worker(_recipient(state, whom, free), n, "idle")
        elif at == "in flight":
            taken = _recipient(state, whom, each._replace(accepted=each.accepted + 1))
            yield f"{n}: accepted", _worker(taken, n, "settling", whom)
            yield f"{n}: accepted, the answer is lost", _worker(taken, n, "look", whom)
            yield f"{n}: lost on the way", _worker(state, n, "look", whom)
        elif at == "settling":
            yield f"{n} settles", _worker(_recipient(state, whom, self._settle(each, "sent")), n, "idle")
        else:
            found = "sent" if each.accepted else "unknown"
            yield f"{n} asks", _worker(_recipient(state, whom, self._settle(each, found)), n, "idle")

    def released(self, state: State, each: Recipient) -> Recipient:
        """A recipient that a worker gives up: of a campaign that has ended it is skipped."""
        row = "skipped" if state.status in FINAL and each.row == "pending" else each.row
        return each._replace(row=row, lease="none", by=-1, claimed=False)

    def _settle(self, each: Recipient, row: str) -> Recipient:
        better = row if each.row == "pending" or row == "sent" else each.row
        return each._replace(row=better, lease="none", by=-1, claimed=False, stale=False, old=False)

    def _claim(self, state: State, n: int) -> Follow:
        whom = next((place for place, each in enumerate(state.recipients) if each.row == "pending"), None)
        if whom is None:
            return
        each = state.recipients[whom]
        if each.lease != "none" and not each.old:
            return  # another attempt is at it
        if each.lease == "begun" or (each.lease == "reserved" and each.stale):
            held = each._replace(lease="begun", by=n, old=False, stale=False)
            yield f"{n} takes over what may have begun", _worker(_recipient(state, whom, held), n, "look", whom)
            return
        runs = state.status is Status.RUNNING and each.revision == state.revision
        if state.status in FINAL and not _open(each) and each.lease == "none":
            return  # nobody hands it over any more
        if state.status in FINAL or (runs and whom == 0 and state.out == "recorded"):
            gone = each._replace(row="skipped", lease="none", by=-1, claimed=False)
            yield f"{n} skips", _recipient(state, whom, gone)
        elif runs:
            held = each._replace(lease="reserved", by=n, old=False, stale=False, claimed=True)
            yield f"{n} claims", _worker(_recipient(state, whom, held), n, "ready", whom)
        elif each.claimed or each.lease == "reserved":
            free = each._replace(lease="none", by=-1, claimed=False, old=False)
            yield f"{n} finds it closed", _recipient(state, whom, free)

    def _broken(self, state: State, n: int) -> str:
        """The promise that a beginning breaks, if it does."""
        whom = state.workers[n][1]
        each = state.recipients[whom]
        stops = any(job.at == "steps" and job.mark and not (job.heard or job.written) for job in state.jobs)
        if state.status is not Status.RUNNING or stops:
            return "begun after a halt"
        if each.revision != state.revision or state.revision != state.confirmed:
            return "begun of an unconfirmed revision"
        if whom == 0 and state.out == "recorded":
            return "begun after an opt-out"
        if each.row == "absent" or each.accepted:
            return "begun outside of the frozen, or again"
        return state.broken

    # --- clients, and what may go wrong

    def _opt_out(self, state: State) -> Follow:
        if state.asked_out:
            if state.out == "no":
                yield "the recipient is halted", state._replace(out="halted")
            elif state.out == "halted":
                yield "the opt-out is recorded", state._replace(out="recorded")

    def _trouble(self, state: State) -> Follow:
        if state.deaths:
            for n, (at, _) in enumerate(state.workers):
                if at != "idle":
                    yield f"worker {n} dies", _worker(state, n, "idle", deaths=state.deaths - 1)
            for n, job in enumerate(state.jobs):
                if job.at not in ("waits", "told"):
                    lost = job._replace(at="waits", mark=0, saw=0, written=False)
                    yield f"the job of {n} dies", _job(state, n, lost, deaths=state.deaths - 1)
            if state.pump_lifts:
                yield "the pump dies", state._replace(pump_lifts=0, deaths=state.deaths - 1)
        for n, each in enumerate(state.recipients):
            if each.lease != "none" and not each.old:
                yield f"the lease of {n} grows old", _recipient(state, n, each._replace(old=True))
        if state.window and not any(job.at == "steps" and job.mark for job in state.jobs):
            # what was being stopped when Redis was killed is stopped a window later
            yield "a window passes", state._replace(window=False)
        if state.restarts:
            known = state._replace(restarts=0, window=True)
            for n, each in enumerate(state.recipients):
                if each.lease != "none":
                    known = _recipient(known, n, each._replace(stale=True))
            yield "Redis restarts", known
            yield "Redis forgets a halt", known._replace(halt=0)
            if state.halt == 0 and state.mark:
                yield "Redis forgets that a halt was lifted", known._replace(halt=state.mark)
            for n, each in enumerate(known.recipients):
                if each.lease == "begun":
                    yield f"Redis forgets that {n} began", _recipient(known, n, each._replace(lease="reserved"))


def explore(model: Model, most: int = 10_000_000, *, until_wrong: bool = False) -> dict[State, list[tuple[str, State]]]:
    """Every reachable state with what may follow it; or those until the first one that is wrong."""
    graph: dict[State, list[tuple[str, State]]] = {}
    todo = deque([model.start])
    while todo and len(graph) < most:
        state = todo.popleft()
        if until_wrong and wrong(state):
            graph[state] = []
            return graph
        if state not in graph:
            graph[state] = [(name, _alike(after)) for name, after in model.follow(state)]
            todo.extend(after for _, after in graph[state])
    return graph


def wrong(state: State) -> bool:
    """Whether a promise is broken: a beginning that must not be, two acceptances, two reports."""
    twice = any(each.accepted > 1 for each in state.recipients)
    return bool(state.broken) or twice or state.reports > 1


def path_to(model: Model, graph: dict[State, list[tuple[str, State]]], goal: State | None) -> list[str]:
    """How a state was reached, by names of steps."""
    if goal is None:
        return []
    came: dict[State, tuple[State, str] | None] = {model.start: None}
    todo = deque([model.start])
    while todo:
        state = todo.popleft()
        for name, after in graph.get(state, []):
            if after not in came:
                came[after] = (state, name)
                todo.append(after)
    steps, at = [], came.get(goal)
    while at is not None:
        steps.append(at[1])
        at = came[at[0]]
    return steps[::-1]
