"""What counts as an answer of a database function, shape by shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from proactive.storage import answers

HTML = "<html>not an answer</html>"
GOOD: list[tuple[Callable[[Any], Any], list[Any]]] = [
    (answers.row, [{}, {"id": 1}]),
    (answers.optional_row, [None, {"id": 1}]),
    (answers.rows, [[], [{"id": 1}, {}]]),
    (answers.texts, [[], ["America/Sao_Paulo"]]),
    (answers.flag, [True, False]),
    (answers.count, [0, 7]),
]
ANYTHING: list[Any] = [None, [], {}, [{}], {"id": 1}, ["a"], [1], True, 0, 7, 1.5, "a", HTML]


@pytest.mark.parametrize(("check", "good"), GOOD, ids=lambda each: getattr(each, "__name__", ""))
def test_a_check_gives_back_what_has_its_shape(check: Callable[[Any], Any], good: list[Any]) -> None:
    assert [check(answer) for answer in good] == good


@pytest.mark.parametrize(
    ("check", "accepted"),
    [
        (answers.row, [{}, {"id": 1}]),
        (answers.optional_row, [None, {}, {"id": 1}]),
        (answers.rows, [[], [{}]]),
        (answers.texts, [[], ["a"]]),
        (answers.flag, [True]),
        (answers.count, [0, 7]),
        (answers.nothing, [None, []]),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_everything_else_is_refused(check: Callable[[Any], Any], accepted: list[Any]) -> None:
    passed = []
    for answer in ANYTHING:
        try:
            check(answer)
        except ValueError as error:
            assert HTML not in str(error)
        else:
            passed.append(answer)
    assert [(type(each), each) for each in passed] == [(type(each), each) for each in accepted]
