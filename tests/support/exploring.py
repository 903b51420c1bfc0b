"""Visiting every state of a model."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

State = TypeVar("State", bound=Hashable)


def explored(
    start: State, follow: Callable[[State], Iterable[tuple[str, State]]]
) -> dict[State, list[tuple[str, State]]]:
    """Every state that can be reached from `start`, with what may follow it: the name of the step and the state."""
    graph: dict[State, list[tuple[str, State]]] = {}
    todo = deque([start])
    while todo:
        state = todo.popleft()
        if state not in graph:
            graph[state] = list(follow(state))
            todo.extend(after for _, after in graph[state])
    return graph
