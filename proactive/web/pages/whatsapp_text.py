"""A message as WhatsApp shows it: which parts are bold, italic or struck through. Its text stays text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

_STYLES = {"*": "bold", "_": "italic", "~": "struck"}


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A piece of a message and how WhatsApp shows it."""

    text: str
    bold: bool = False
    italic: bool = False
    struck: bool = False


def spans(text: str) -> list[TextSpan]:
    """The pieces of a message, in order, line breaks as they are.

    A mark begins where no letter stands before it and no space after it, and ends the other way round, in its line.
    """
    found: list[TextSpan] = []
    for number, line in enumerate(text.split("\n")):
        if number:
            found.append(TextSpan("\n"))
        found += _of_line(line, TextSpan(""))
    return list(_joined(found))


def _of_line(line: str, style: TextSpan) -> Iterator[TextSpan]:
    closings = {mark: _closings(line, mark) for mark, name in _STYLES.items() if not getattr(style, name)}
    place = begun = 0
    while place < len(line):
        end = _end(line, place, closings.get(line[place], []))
        if end is None:
            place += 1
            continue
        yield replace(style, text=line[begun:place])
        yield from _of_line(line[place + 1 : end], _styled(style, line[place]))
        place = begun = end + 1
    yield replace(style, text=line[begun:])


def _styled(style: TextSpan, mark: str) -> TextSpan:
    return replace(
        style, bold=style.bold or mark == "*", italic=style.italic or mark == "_", struck=style.struck or mark == "~"
    )


def _closings(line: str, mark: str) -> list[int]:
    """The places at which a mark may end what it began, the last one first."""
    places = [
        place
        for place, letter in enumerate(line)
        if letter == mark and place and not line[place - 1].isspace() and not line[place + 1 : place + 2].isalnum()
    ]
    return places[::-1]


def _end(line: str, place: int, closings: list[int]) -> int | None:
    """Where what begins at a place ends; None where nothing begins. Closings before it are taken off."""
    while closings and closings[-1] <= place + 1:
        closings.pop()
    after, before = line[place + 1 : place + 2], line[place - 1 : place] if place else ""
    if not closings or after in ("", line[place]) or after.isspace() or before.isalnum():
        return None
    return closings[-1]


def _joined(found: list[TextSpan]) -> Iterator[TextSpan]:
    last: TextSpan | None = None
    for span in found:
        if not span.text:
            continue
        if last is not None and replace(last, text=span.text) == span:
            last = replace(last, text=last.text + span.text)
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last
