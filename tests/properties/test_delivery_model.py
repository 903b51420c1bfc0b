"""Every state of the model of delivery: never accepted twice, always settled in the end, never settled falsely."""

from __future__ import annotations

from collections import deque

import pytest

from tests.properties.delivery_model import SETTLED, State, explore, path_to

#: Every state is visited: seconds on a quiet machine, minutes on a busy one.
pytestmark = pytest.mark.timeout(400)

STARTS = [
    pytest.param(State(deaths=1), id="a worker dies, Supabase goes away", marks=pytest.mark.long),
    pytest.param(
        State(deaths=1, outages=0, losses=1),
        id="a worker dies, Redis loses its data",
        marks=pytest.mark.long,
    ),
    pytest.param(
        State(deaths=1, outages=0, restarts=1),
        id="a worker dies, Redis loses its last second",
        marks=pytest.mark.long,
    ),
    pytest.param(State(deaths=1, outages=0, keeps=False), id="a worker dies, the gateway keeps nothing"),
    pytest.param(
        State(deaths=1, outages=0, reconnects=1), id="a worker dies, the instance is back", marks=pytest.mark.long
    ),
    pytest.param(
        State(deaths=1, outages=0, keeps=False, reconnects=1, hears=True),
        id="a worker dies, the gateway keeps nothing and tells, the instance is back",
        marks=pytest.mark.long,
    ),
    pytest.param(
        State(deaths=1, outages=0, keeps=False, choices=1),
        id="a worker dies, the gateway keeps nothing, another time is chosen, or none",
        marks=pytest.mark.long,
    ),
    pytest.param(
        State(deaths=1, outages=0, restarts=1, reconnects=1),
        id="a worker dies, Redis loses its last second, the instance is back",
        marks=pytest.mark.long,
    ),
    pytest.param(State(), id="two workers die, Supabase goes away", marks=pytest.mark.long),
    pytest.param(State(keeps=False), id="two workers die, the gateway keeps nothing", marks=pytest.mark.long),
    pytest.param(
        State(deaths=1, reconnects=1),
        id="a worker dies, Supabase goes away, the instance is back",
        marks=pytest.mark.long,
    ),
    pytest.param(
        State(deaths=1, outages=0, losses=1, keeps=False, reconnects=1),
        id="a worker dies, Redis loses its data, the gateway keeps nothing, the instance is back",
        marks=pytest.mark.long,
    ),
    pytest.param(State(outages=0, losses=1), id="two workers die, Redis loses its data", marks=pytest.mark.long),
    pytest.param(State(outages=0, restarts=1), id="two die, Redis loses its last second", marks=pytest.mark.long),
]
World = tuple[State, dict[State, list[tuple[str, State]]]]


@pytest.fixture(scope="module", params=STARTS)
def world(request: pytest.FixtureRequest) -> World:
    return request.param, explore(request.param)


def test_the_gateway_never_accepts_an_occurrence_twice(world: World) -> None:
    start, graph = world
    assert len(graph) > 2_000
    twice = next((state for state in graph if state.accepted > 1), None)
    assert twice is None, path_to(graph, start, twice)


def left_out(state: State) -> bool:
    """Whether its owner has switched it off and nobody began to send it: there is nothing that could be lost."""
    untouched = not state.accepted and not state.outbox and all(worker.at == "idle" for worker in state.workers)
    return state.wish == "off" and state.row.status == "none" and untouched


def test_what_is_switched_off_before_anybody_began_leaves_no_record(world: World) -> None:
    _, graph = world
    begun = [
        (state, name)
        for state, follow in graph.items()
        if left_out(state) and state.claim.state in ("none", "open")
        for name, after in follow
        if after.row.status != "none" or after.accepted
    ]
    assert not begun


def test_every_state_leads_to_a_settled_record(world: World) -> None:
    start, graph = world
    before: dict[State, list[State]] = {state: [] for state in graph}
    for state, follow in graph.items():
        for _, after in follow:
            before[after].append(state)
    todo = deque(state for state in graph if state.row.status in SETTLED or left_out(state))
    reached = set(todo)
    while todo:
        for state in before[todo.popleft()]:
            if state not in reached:
                reached.add(state)
                todo.append(state)
    stuck = next((state for state in graph if state not in reached), None)
    assert stuck is None, path_to(graph, start, stuck)


def test_a_record_says_sent_only_of_what_the_gateway_accepted(world: World) -> None:
    start, graph = world
    liar = next((state for state in graph if state.row.status == "sent" and not state.accepted), None)
    assert liar is None, path_to(graph, start, liar)


def test_what_ends_well_is_recorded_as_sent(world: World) -> None:
    start, graph = world
    happy = [state for state in graph if state.accepted and state.row.status == "sent"]
    assert happy
    assert any(state.deaths == start.deaths and state.outages == start.outages for state in happy)
