"""Every state of a recipient whose campaign is stopped and goes on: never twice, none after a halt, all of them end."""

from __future__ import annotations

import pytest

from tests.properties.halt_model import State, explore


@pytest.fixture(scope="module")
def graph() -> dict[State, list[tuple[str, State]]]:
    return explore()


def test_every_kind_of_step_is_reached(graph: dict[State, list[tuple[str, State]]]) -> None:
    names = {name for follow in graph.values() for name, _ in follow}
    assert {"claims", "is halted", "begins", "lifts", "skips", "ends it", "redis forgets a halt", "asks"} <= names
    assert len(graph) > 1000


def test_no_recipient_is_written_to_twice(graph: dict[State, list[tuple[str, State]]]) -> None:
    assert [state for state in graph if state.accepted > 1] == []


def test_after_a_halt_nobody_begins(graph: dict[State, list[tuple[str, State]]]) -> None:
    assert [state for state in graph if state.late] == []


def test_every_state_leads_to_an_end(graph: dict[State, list[tuple[str, State]]]) -> None:
    before: dict[State, set[State]] = {state: set() for state in graph}
    for state, follow in graph.items():
        for _, after in follow:
            before[after].add(state)
    ends = {state for state in graph if state.row != "pending"}
    todo = list(ends)
    while todo:
        for earlier in before[todo.pop()] - ends:
            ends.add(earlier)
            todo.append(earlier)
    assert ends == set(graph)


def test_sent_is_only_said_of_what_was_accepted(graph: dict[State, list[tuple[str, State]]]) -> None:
    assert [state for state in graph if state.row == "sent" and not state.accepted] == []
