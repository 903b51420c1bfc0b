"""Every state of a campaign: at most one acceptance, none begun that must not be, all of them end with one report."""

from __future__ import annotations

from collections import deque
from functools import cache

import pytest

from proactive.campaigns.states import FINAL, Status
from proactive.replies.readings import Kind
from tests.properties.campaign_model import Job, Message, Model, Recipient, State, explore, path_to, wrong

pytestmark = pytest.mark.timeout(400)

YES, WEAK, STOP, PAUSE = Message(0, Kind.YES), Message(0, Kind.WEAK_YES), Message(1, Kind.STOP), Message(1, Kind.PAUSE)
CANCEL, RESUME, FIRST = Message(1, Kind.CANCEL), Message(0, Kind.RESUME), Message(0, Kind.FIRST)
OTHERS_YES, NO = Message(1, Kind.YES), Message(1, Kind.NO)
MODELS = [
    pytest.param(Model(YES, asked_out=True), id="a recipient opts out"),
    pytest.param(Model(WEAK, FIRST, OTHERS_YES, deaths=0, repeats=0), id="a change, and another owner's yes"),
    pytest.param(Model(YES, STOP, alone=True, repeats=0), id="a stop, and a death"),
    pytest.param(Model(YES, CANCEL, alone=True, repeats=0, deaths=0, troubles=1), id="a cancel, and a breaker"),
    pytest.param(Model(YES, STOP, alone=True, deaths=0), id="a webhook twice", marks=pytest.mark.long),
    *(
        pytest.param(model, id=name, marks=[pytest.mark.long, pytest.mark.timeout(3000)])
        for name, model in {
            "two recipients, a stop, a death": Model(YES, STOP, repeats=0),
            "a stop, a death, a webhook twice": Model(YES, STOP, alone=True),
            "a no, Redis without its last second": Model(YES, NO, alone=True, repeats=0, restarts=1),
            "a pause and its undoing": Model(YES, PAUSE, RESUME, alone=True, repeats=0, deaths=0),
            "two yeses and a cancel": Model(WEAK, YES, CANCEL, alone=True, repeats=0, deaths=0),
        }.items()
    ),
]
World = tuple[Model, dict[State, list[tuple[str, State]]]]


@cache
def graph_of(model: Model) -> dict[State, list[tuple[str, State]]]:
    return explore(model)


@pytest.fixture(scope="module", params=MODELS)
def world(request: pytest.FixtureRequest) -> World:
    return request.param, graph_of(request.param)


def test_no_promise_is_broken_in_any_state(world: World) -> None:
    model, graph = world
    assert len(graph) > 4_000
    broken = next((state for state in graph if wrong(state)), None)
    assert broken is None, (broken.broken, path_to(model, graph, broken))


def test_every_state_leads_to_a_final_one_that_is_reported(world: World) -> None:
    model, graph = world
    stuck = _stuck(graph)
    assert stuck is None, path_to(model, graph, stuck)


def _stuck(graph: dict[State, list[tuple[str, State]]]) -> State | None:
    """A state that leads to no end; None where there is none."""
    before: dict[State, list[State]] = {state: [] for state in graph}
    for state, follow in graph.items():
        for _, after in follow:
            before[after].append(state)
    todo = deque(state for state in graph if _ended(state))
    reached = set(todo)
    while todo:
        for state in before[todo.popleft()]:
            if state not in reached:
                reached.add(state)
                todo.append(state)
    return next((state for state in graph if state not in reached), None)


def _ended(state: State) -> bool:
    over = state.status in FINAL and all(each.row != "pending" for each in state.recipients)
    return over and (state.reports == 1 or state.status not in (Status.STOPPED, Status.DONE))


def test_every_step_of_the_model_is_reached() -> None:
    graphs = [graph_of(each) for case in MODELS[:5] for each in case.values if isinstance(each, Model)]
    names = {name for graph in graphs for follow in graph.values() for name, _ in follow}
    assert {
        "0 begins", "it is reported", "the pump writes a stop", "nobody was told in time", "two days pass",
        "its time is over", "message 1 comes again", "the opt-out is recorded", "it expires", "a breaker trips",
        "the pump lifts what was not lifted", "0 takes over what may have begun", "it is done", "the job of 1 dies",
    } <= names  # fmt: skip


class WithoutTheSkip(Model):
    """As if whoever gives a recipient up after a stop left it waiting."""

    def released(self, state: State, each: Recipient) -> Recipient:
        return each._replace(lease="none", by=-1, claimed=False)


class WithoutHalt(Model):
    """As if begin.lua did not look at the halts."""

    def begins(self, state: State, n: int, whom: int) -> bool:
        each = state.recipients[whom]
        return each.lease == "reserved" and each.by == n and not each.stale


class WithoutTheRecipientsHalt(Model):
    """As if begin.lua did not look at the halt of a recipient alone."""

    def begins(self, state: State, n: int, whom: int) -> bool:
        each = state.recipients[whom]
        return each.lease == "reserved" and each.by == n and not each.stale and state.halt == 0


class WithoutTheMark(Model):
    """As if a step were guarded by state and revision alone: a pause and its undoing in between look like nothing."""

    def stale(self, state: State, job: Job) -> bool:
        return (state.status, state.revision) != (job.was, job.revision)


class WithoutTheRevision(Model):
    """As if a step were guarded by the state alone."""

    def stale(self, state: State, job: Job) -> bool:
        return state.status != job.was


class WithoutTheRun(Model):
    """As if begin.lua let a lease of an earlier run of Redis begin."""

    def begins(self, state: State, n: int, whom: int) -> bool:
        each = state.recipients[whom]
        mine = each.lease == "reserved" and each.by == n
        return mine and state.halt == 0 and not (whom == 0 and state.out in ("halted", "recorded"))


def test_a_recipient_that_is_given_up_after_a_stop_and_left_waiting_is_found() -> None:
    stuck = _stuck(explore(WithoutTheSkip(YES, STOP, alone=True, repeats=0, deaths=0)))
    assert stuck is not None
    assert (stuck.status in FINAL, stuck.recipients[0].row) == (True, "pending")


@pytest.mark.parametrize(
    ("model", "promise"),
    [
        (WithoutHalt(YES, STOP, alone=True, repeats=0, deaths=0), "begun after a halt"),
        (WithoutTheRecipientsHalt(YES, alone=True, repeats=0, deaths=0, asked_out=True), "begun after an opt-out"),
        (WithoutTheMark(YES, PAUSE, RESUME, alone=True, repeats=0, deaths=0), "begun after a halt"),
        (WithoutTheRevision(WEAK, FIRST, YES, alone=True, repeats=0, deaths=0), "a yes to what nobody saw"),
        (WithoutTheRun(YES, STOP, alone=True, repeats=0, deaths=0, restarts=1), "begun after a halt"),
    ],
)
def test_without_a_guard_the_model_finds_what_breaks(model: Model, promise: str) -> None:
    broken = [state for state in explore(model, 150_000, until_wrong=True) if wrong(state)]
    assert [state.broken for state in broken] == [promise]
