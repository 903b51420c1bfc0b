"""A template that was read: the few steps that the grammar has, and their rendering. Nothing of Jinja's is executed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from proactive.text.formats import counted, integer
from proactive.words.expressions import Expression
from proactive.words.segments import Rendering, Segment, laid_out

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LiteralStep:
    """Text as its author wrote it."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class ValueStep:
    """The value of a name or field; with `plural` a number and the word that fits it (one, several)."""

    name: str
    value: Expression
    line: int
    plural: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ChoiceStep:
    """The first of the `ways` whose condition holds; the one without a condition is the last."""

    ways: tuple[tuple[Expression | None, tuple[Step, ...]], ...]
    line: int


@dataclass(frozen=True, slots=True)
class ListStep:
    """Its `steps` once for each item of a list; the items are called `loop`."""

    name: str
    loop: str
    steps: tuple[Step, ...]
    line: int


Step = LiteralStep | ValueStep | ChoiceStep | ListStep


@dataclass(frozen=True, slots=True)
class Program:
    """A template that may be rendered."""

    steps: tuple[Step, ...]

    def render(self, values: dict[str, Any]) -> Rendering:
        """The text of values. A value that is a list of segments stands as these."""
        return laid_out(self.segments(values))

    def segments(self, values: dict[str, Any], field: str | None = None) -> list[Segment]:
        """The segments of values; of a wording's `field` where one is named."""
        return list(_run(self.steps, values, _Place(field)))

    def literals(self) -> Iterator[tuple[str, int]]:
        """Every literal text with its line, the words of plurals too."""
        return _literals(self.steps)


@dataclass(slots=True)
class _Place:
    """Where a rendering stands: in which list, loop and item; `loops` counts the loops, `field` is the wording's."""

    field: str | None
    within: str = ""
    loop: int = 0
    item: int = -1
    loops: int = 0

    def segment(self, text: str, line: int, name: str = "", tested: frozenset[str] = _NOTHING) -> Segment:
        return Segment(text, line, name, self.within, self.loop, self.item, tested, self.field)


def _run(steps: tuple[Step, ...], values: dict[str, Any], at: _Place) -> Iterator[Segment]:
    for step in steps:
        if isinstance(step, LiteralStep):
            yield at.segment(step.text, step.line)
        elif isinstance(step, ValueStep):
            yield from _value(step, values, at)
        elif isinstance(step, ChoiceStep):
            yield from _choice(step, values, at)
        else:
            yield from _list(step, values, at)


def _list(step: ListStep, values: dict[str, Any], at: _Place) -> Iterator[Segment]:
    at.loops += 1
    at.within, at.loop = step.name, at.loops
    for place, item in enumerate(values[step.name]):
        at.item, values[step.loop] = place, item
        yield from _run(step.steps, values, at)
    at.within, at.loop, at.item = "", 0, -1


def _value(step: ValueStep, values: dict[str, Any], at: _Place) -> Iterator[Segment]:
    value = step.value.value(values)
    if isinstance(value, list):
        yield from value
    elif step.plural is not None:
        yield at.segment(integer(value), step.line, step.name)
        yield at.segment(counted(value, *step.plural).removeprefix(integer(value)), step.line)
    else:
        yield at.segment(value if isinstance(value, str) else integer(value), step.line, step.name)


def _choice(step: ChoiceStep, values: dict[str, Any], at: _Place) -> Iterator[Segment]:
    asked = _NOTHING
    for condition, steps in step.ways:
        asked = asked | condition.names if condition else asked
        if condition is None or condition.value(values):
            yield at.segment("", step.line, tested=asked)
            yield from _run(steps, values, at)
            return
    yield at.segment("", step.line, tested=asked)


def _literals(steps: tuple[Step, ...]) -> Iterator[tuple[str, int]]:
    for step in steps:
        if isinstance(step, LiteralStep):
            yield step.text, step.line
        elif isinstance(step, ValueStep):
            yield from ((word, step.line) for word in step.plural or ())
        elif isinstance(step, ChoiceStep):
            for _, way in step.ways:
                yield from _literals(way)
        else:
            yield from _literals(step.steps)
