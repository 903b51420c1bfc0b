"""The messages whose words are made before they are asked for: they say these words and nothing else."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from proactive.message_types.base import MessageData
from proactive.model.facts import Facts, Line
from proactive.text.layout import Layout
from proactive.text.mood import Mood


class ToldData(MessageData):
    """The words, as they go out."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=4096, strip_whitespace=False)]


class ToldFacts(Facts):
    """The words, as they go out."""

    text: str
    listed: tuple[Line, ...] = ()


def _mood(facts: ToldFacts) -> Mood:
    return Mood.CALM


def _gist(facts: ToldFacts) -> str:
    return ""


def layout_of(template: str) -> Layout:
    """The layout of a type whose messages are their text alone."""
    return Layout(template, _mood, _gist, framed=False)
