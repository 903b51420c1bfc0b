"""A rendered text that knows where each part of it came from: literal text, or which name's value."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a rendered text. `name` is the name or field whose value it is; empty for literal text.

    `line` counts from 1 in the source, or in the source of the wording's `field`. `within`, `loop` and `item` say in
    which list, in which loop of the text and at which of its items it stands; `loop` 0 is none. An empty segment with
    `tested` marks where an `if` begins that asks those names.
    """

    text: str
    line: int
    name: str = ""
    within: str = ""
    loop: int = 0
    item: int = -1
    tested: frozenset[str] = frozenset()
    field: str | None = None

    @property
    def literal(self) -> bool:
        """Whether it is text as its author wrote it."""
        return not self.name


@dataclass(frozen=True, slots=True)
class Placed:
    """A segment with its place in the text: characters from `start` to before `end`."""

    segment: Segment
    start: int
    end: int


@dataclass(frozen=True)
class Rendering:
    """A rendered text without the blanks at its ends, and its segments in order."""

    text: str
    parts: tuple[Placed, ...] = field(repr=False)

    def at(self, place: int) -> Placed | None:
        """The segment that the character at a place is of; None in an empty text."""
        found = bisect_right(self.parts, place, key=lambda part: part.start) - 1
        while found >= 0 and not self.parts[found].start <= place < self.parts[found].end:
            found -= 1
        return self.parts[found] if found >= 0 else None

    def line(self, place: int) -> tuple[int | None, str | None]:
        """The line of the source, and the wording's field, to blame for the character at a place."""
        part = self.at(place)
        if part is None:
            return None, None
        segment = part.segment
        further = self.text.count("\n", part.start, place) if segment.literal else 0
        return segment.line + further, segment.field


def laid_out(segments: Sequence[Segment]) -> Rendering:
    """The text that segments make, one after the other."""
    whole = "".join(segment.text for segment in segments)
    text = whole.strip()
    skipped = len(whole) - len(whole.lstrip())
    place, parts = -skipped, []
    for segment in segments:
        start, end = max(place, 0), min(place + len(segment.text), len(text))
        place += len(segment.text)
        if start < end or (segment.tested and 0 <= start <= len(text)):
            parts.append(Placed(_cut(segment, start, end, place), start, max(start, end)))
    return Rendering(text, tuple(parts))


def _cut(segment: Segment, start: int, end: int, whole_end: int) -> Segment:
    """The segment without the blanks that were cut from the text's ends; its line is that of its first character."""
    begins = whole_end - len(segment.text)
    if (start, end) == (begins, whole_end) or not segment.literal:
        return segment
    cut = segment.text[: max(start - begins, 0)]
    return Segment(
        segment.text[max(start - begins, 0) : max(end - begins, 0)], segment.line + cut.count("\n"), "",
        segment.within, segment.loop, segment.item, segment.tested, segment.field,
    )  # fmt: skip
