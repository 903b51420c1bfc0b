"""The values about the AI: the two lines that it may write, why a line is not used, and what asking it came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Slot(StrEnum):
    """A line of a message that the AI may write; everything between them is the layout's."""

    OPENING = "opening"
    CLOSING = "closing"


class AiResult(StrEnum):
    """How one question to the AI service ended."""

    ANSWERED = "answered"
    TIMEOUT = "timeout"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    UNREADABLE = "unreadable"


class LineRefusal(StrEnum):
    """Why the AI's text does not stand in a slot; `words` say it in English, without any of the text."""

    UNAVAILABLE = "unavailable"
    UNFINISHED = "unfinished"
    MALFORMED = "malformed"
    MISSING = "missing"
    TOO_LONG = "too_long"
    CHARACTERS = "characters"
    SENTENCES = "sentences"
    NAME = "name"
    PHRASES = "phrases"

    @property
    def words(self) -> str:
        """The reason as a part of a sentence."""
        return _WORDS[self]


_WORDS = {
    LineRefusal.UNAVAILABLE: "the AI service could not be used",
    LineRefusal.UNFINISHED: "the AI's answer is not finished",
    LineRefusal.MALFORMED: "the AI's answer is not the JSON that it was asked for",
    LineRefusal.MISSING: "the AI wrote nothing there",
    LineRefusal.TOO_LONG: "it is too long",
    LineRefusal.CHARACTERS: "it holds characters that no line of ours has",
    LineRefusal.SENTENCES: "it has more than two sentences",
    LineRefusal.NAME: "it names the owner twice, or one whose name is not known",
    LineRefusal.PHRASES: "it holds words that may say something, or that do not fit the mood or the hour",
}


@dataclass(frozen=True, slots=True)
class AiUse:
    """What one question to the AI came to: its result, its price in tokens (0 where untold), what was not used."""

    result: AiResult
    tokens_in: int = 0
    tokens_out: int = 0
    refused: Mapping[Slot, LineRefusal] = field(default_factory=dict)
