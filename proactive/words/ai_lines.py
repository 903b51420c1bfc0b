"""Which lines of a business's own text the AI may write: the first and the last one, where they say nothing."""

from __future__ import annotations

from typing import NamedTuple

from proactive.text.framing import Framing
from proactive.words.client_text import quoted_places
from proactive.words.read_tokens import TokenKind, tokens_of
from proactive.words.word_numbers import with_numbers_in_words
from proactive.words.writing import WrittenText


class ReplaceableLines(NamedTuple):
    """Whether the AI may write the first and the last line of a text."""

    first: bool
    last: bool


def replaceable_lines(written: WrittenText) -> ReplaceableLines:
    """Which lines are literal text without figure, name or question; a text of one line has a first one alone."""
    text = written.rendering.text
    first_end, last_start = text.find("\n"), text.rfind("\n") + 1
    if first_end < 0:
        return ReplaceableLines(_says_nothing(written, 0, len(text)), False)
    return ReplaceableLines(_says_nothing(written, 0, first_end), _says_nothing(written, last_start, len(text)))


def with_lines(text: str, places: ReplaceableLines, framing: Framing) -> str:
    """A text with the AI's lines in place of those that it may write."""
    lines = text.split("\n")
    if places.first and framing.opening:
        lines[0] = framing.opening
    if places.last and framing.closing:
        lines[-1] = framing.closing
    return "\n".join(lines)


def _says_nothing(written: WrittenText, start: int, end: int) -> bool:
    rendering = written.rendering
    line = rendering.text[start:end]
    parts = [part for part in rendering.parts if part.start < end and part.end > start]
    literal = all(part.segment.literal and not part.segment.within for part in parts)
    quoted = any(place.start - 1 < end and place.end + 1 > start for place in quoted_places(rendering))
    tokens = with_numbers_in_words(tokens_of(line, line), lambda *_: True)
    counted = any(token.kind is not TokenKind.WORD for token in tokens)
    return literal and not quoted and not counted and "?" not in line and bool(line.strip())
