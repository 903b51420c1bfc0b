"""Every state of a message that is skipped, taken back and sent now: never twice, never lost, none after a skip."""

from __future__ import annotations

import pytest

from tests.properties.skip_model import State, explore


@pytest.fixture(scope="module")
def graph() -> dict[State, list[tuple[str, State]]]:
    return explore()


def test_every_kind_of_step_is_reached(graph: dict[State, list[tuple[str, State]]]) -> None:
    names = {name for follow in graph.values() for name, _ in follow}
    assert {
        "the tick leaves it out", "is held", "takes it back", "is told that it is over",
        "takes it back long before", "asks for it now", "takes over what began", "the mark expires", "the page dies",
    } <= names  # fmt: skip
    assert len(graph) > 10_000


def test_no_message_is_sent_twice(graph: dict[State, list[tuple[str, State]]]) -> None:
    assert [state for state in graph if state.accepted > 1] == []


def test_whoever_was_told_that_it_is_skipped_sees_nobody_begin(graph: dict[State, list[tuple[str, State]]]) -> None:
    assert [state for state in graph if state.late] == []


def test_what_nobody_skips_at_its_time_goes_out(graph: dict[State, list[tuple[str, State]]]) -> None:
    ends = [state for state, follow in graph.items() if not follow]
    assert ends
    lost = [state for state in ends if state.record in ("none", "pending") and not state.skip and not state.missed]
    assert lost == []


def test_every_state_leads_to_an_end(graph: dict[State, list[tuple[str, State]]]) -> None:
    before: dict[State, set[State]] = {state: set() for state in graph}
    for state, follow in graph.items():
        for _, after in follow:
            before[after].add(state)
    ends = {state for state, follow in graph.items() if not follow}
    todo = list(ends)
    while todo:
        for earlier in before[todo.pop()] - ends:
            ends.add(earlier)
            todo.append(earlier)
    assert ends == set(graph)


def test_sent_is_only_said_of_what_was_accepted(graph: dict[State, list[tuple[str, State]]]) -> None:
    assert [state for state in graph if state.record == "sent" and not state.accepted] == []
