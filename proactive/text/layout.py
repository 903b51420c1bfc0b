"""The layout of a message type: its template, and the mood that its facts carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from proactive.text.mood import Mood


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout says how facts of one type become a text.

    `template` is a file beside the message type; it has a place for an `opening` and a `closing` of the AI. `mood` is
    what those may express about the facts, `gist` what the AI is told of them: Portuguese, rounded, without names and
    without anything that people typed. `phrases` are functions that the template calls by their names. `total` names
    the figure that the list is a part of; None where the list is all there is. `shortened` gives the facts with
    `excess` UTF-16 units less of a text that they quote; None where they quote none. Where `framed` is False, the text
    goes out as it is: the AI writes nothing around it.
    """

    template: str
    mood: Callable[[Any], Mood]
    gist: Callable[[Any], str]
    phrases: tuple[Callable[..., object], ...] = ()
    total: str | None = None
    shortened: Callable[[Any, int], Any] | None = None
    framed: bool = True
