"""The layout of a message type: its template, and the figures that a text must state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from proactive.text.required_figures import RequiredFigure


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout says how facts of one type become a text.

    `template` is a file beside the message type. `required_figures` gives what a text about facts that lists `shown`
    lines must state outside its list. `phrases` are functions that the template calls by their names. `total` names
    the figure that the list is a part of; None where the list is all there is. `shortened` gives the facts with
    `excess` UTF-16 units less of a text that they quote; None where they quote none.
    """

    template: str
    required_figures: Callable[[Any, int], tuple[RequiredFigure, ...]]
    phrases: tuple[Callable[..., object], ...] = ()
    total: str | None = None
    shortened: Callable[[Any, int], Any] | None = None
