"""Whether free prose states exactly the figures that it has to, each by the words that say what it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from proactive.text.ai.numbers import Number, find_numbers
from proactive.text.ai.words import WORD
from proactive.text.required_figures import RequiredFigure

_BREAK = re.compile(r"[.,;!?…()|•\n]|\s[-–—]\s|\be\b")
_NEGATIONS = {"não", "nem", "nunca", "jamais", "tampouco"}
_HEDGES = {
    "quase", "uns", "umas", "aproximadamente", "cerca", "perto", "menos", "mais", "mínimo", "máximo", "poucos",
    "poucas", "tantos", "tantas", "ou", "até", "entre", "acima", "abaixo", "além", "exceto",
}  # fmt: skip
# How many other words may stand between a figure and the words it is known by.
_REACH = 2

#: A clause: its numbers, and its words in lower case.
Clause = list[Number | str]


def misstated(lines: Iterable[str], required: Sequence[RequiredFigure]) -> str | None:
    """The reason why `lines` do not state all `required` figures and no other number; None if they do."""
    stated: set[RequiredFigure] = set()
    for line in lines:
        for clause in _clauses(line, required):
            problem = _read(clause, required, stated)
            if problem:
                return problem
    return None if stated.issuperset(required) else "It leaves out a required figure."


def _clauses(line: str, required: Sequence[RequiredFigure]) -> Iterator[Clause]:
    numbers = find_numbers(line)
    blanked = list(line)
    for number in numbers:
        blanked[number.start : number.end] = " " * (number.end - number.start)
    prose = "".join(blanked)
    start = 0
    for end in [*(found.start() for found in _BREAK.finditer(prose)), len(prose)]:
        placed: list[tuple[int, Number | str]] = [(n.start, n) for n in numbers if start <= n.start < end]
        placed += [(w.start(), w[0].casefold()) for w in WORD.finditer(prose, start, end)]
        yield _with_zeros([item for _, item in sorted(placed, key=lambda item: item[0])], required)
        start = end


def _with_zeros(clause: Clause, required: Sequence[RequiredFigure]) -> Clause:
    # "um agendamento" and "sem agendamentos" state a number, "um ótimo dia" and "sem falta" do not.
    read: Clause = []
    for at, item in enumerate(clause):
        counts = any(_is_label(word, required) for word in clause[at + 1 : at + 2 + _REACH])
        if isinstance(item, Number) and item.is_article and not counts:
            read.append("um")
        elif item == "sem" and counts:
            read.append(Number(0, 0, "0"))
        else:
            read.append(item)
    return read


def _is_label(item: Number | str, required: Sequence[RequiredFigure]) -> bool:
    return isinstance(item, str) and item.startswith(_labels(required))


def _labels(required: Sequence[RequiredFigure]) -> tuple[str, ...]:
    return tuple(word for figure in required for group in (*figure.known_by, figure.may_have) for word in group)


def _read(clause: Clause, required: Sequence[RequiredFigure], stated: set[RequiredFigure]) -> str | None:
    numbers = [at for at, item in enumerate(clause) if isinstance(item, Number)]
    labels = [at for at, item in enumerate(clause) if _is_label(item, required)]
    if not _NEGATIONS.isdisjoint(clause) and not _denies_nothing(clause, bool(labels)):
        return "It denies a figure."
    for at, owned in zip(numbers, _owned(numbers, labels), strict=True):
        figure = next((figure for figure in required if _states(clause, at, owned, figure, required)), None)
        if figure is None:
            return "It states a number that the facts do not, or does not say what it is."
        stated.add(figure)
    return None


def _denies_nothing(clause: Clause, has_labels: bool) -> bool:
    values = {item.value for item in clause if isinstance(item, Number)}
    return values == {"0"} or not (values or has_labels)


def _owned(numbers: list[int], labels: list[int]) -> list[list[int]]:
    """The labels that belong to each number: all of them, those after it or those before it."""
    if len(numbers) < 2:
        return [labels] * len(numbers)
    if not labels or numbers[0] < labels[0]:
        bounds = [*numbers, max([*labels, numbers[-1]]) + 1]
    elif numbers[-1] > labels[-1]:
        bounds = [-1, *numbers]
    else:
        return [[]] * len(numbers)
    return [[label for label in labels if low < label < high] for low, high in pairwise(bounds)]


def _states(
    clause: Clause, at: int, owned: list[int], figure: RequiredFigure, required: Sequence[RequiredFigure]
) -> bool:
    number = clause[at]
    if not isinstance(number, Number) or number.value != figure.value:
        return False
    if (number.is_money and not figure.is_money) or _is_hedged(clause, at, figure):
        return False
    near = [str(clause[label]) for label in owned if abs(label - at) <= _REACH + 1]
    near += ["r$"] if number.is_money else []
    own = (*(word for group in figure.known_by for word in group), *figure.may_have)
    foreign = tuple(word for word in _labels(required) if word not in own)
    if any(str(clause[label]).startswith(foreign) for label in owned):
        return False
    return all(any(word.startswith(group) for word in near) for group in figure.known_by)


def _is_hedged(clause: Clause, at: int, figure: RequiredFigure) -> bool:
    before, after = clause[max(0, at - 2) : at], clause[at + 1 : at + 3]
    if figure.is_lower_bound:
        return before != ["mais", "de"] or not _HEDGES.isdisjoint(after)
    return not _HEDGES.isdisjoint(before + after)
