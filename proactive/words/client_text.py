"""The text for clients that a message shows between quotation marks, and what is the house's around it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from proactive.text.formats import held_back_note
from proactive.words.segments import Placed, Rendering
from proactive.words.vocabulary import LIST, Vocabulary

#: The names that a text for clients of one's own may hold, of which free hours are computed again when it is sent.
HOURS, HOURS_NUMBER = "horarios", "quantos_horarios"
FOR_CLIENTS = frozenset({"loja", HOURS, HOURS_NUMBER})
#: How many free hours a message names at most.
MOST_HOURS = 3
_MARK = '"'
_ENOUGH = 3
#: Names in a text for clients whose values people typed.
_TYPED = FOR_CLIENTS - {HOURS, HOURS_NUMBER}
_NO_BRACES = str.maketrans("{}", "()")
_AFTER_QUESTION = re.compile(r"[^\w?!.,;:]*\Z")


@dataclass(frozen=True, slots=True)
class ClientText:
    """A text for clients of a business's own: `{nome}` and `{pet}` are each client's.

    `by_hours` has it for 1, 2 and 3 free hours, with `{horarios}` where they stand; None where it names none.
    """

    text: str
    by_hours: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Quoted:
    """A place between quotation marks: characters from `start` to before `end`, and the segments there."""

    start: int
    end: int
    parts: tuple[Placed, ...]

    def text(self, whole: str) -> str:
        """What stands there in a whole text."""
        return whole[self.start : self.end]

    def for_clients(self, whole: str) -> str:
        """The same as a text for clients: braces are those that its author wrote, a business's name has none."""
        shown = (part for part in self.parts if part.start < self.end and part.end > self.start)
        said = ((part, whole[max(part.start, self.start) : min(part.end, self.end)]) for part in shown)
        return "".join(text.translate(_NO_BRACES) if part.segment.name in _TYPED else text for part, text in said)


def quoted_places(rendering: Rendering) -> list[Quoted]:
    """Where a line begins with a quotation mark, up to one that ends with such a mark; lines of lists aside.

    The marks are their author's: those in names count for nothing. Three places are enough to refuse a text.
    """
    text, place = rendering.text, 0
    found: list[Quoted] = []
    while len(found) < _ENOUGH and (start := _opening(rendering, place)) is not None:
        end = _closing(rendering, start + 1)
        if end is None:
            return found
        inside = tuple(
            part for part in rendering.parts
            if (part.start < end and part.end > start + 1) or (part.start == part.end and start < part.start <= end)
        )  # fmt: skip
        found.append(Quoted(start + 1, end, inside))
        place = (text.find("\n", end) + 1) or len(text)
    return found


def own_client_text(vocabulary: Vocabulary, rendering: Rendering) -> Quoted | None:
    """The text for clients that is the template's or wording's own; None where it is the house's, or there is none."""
    places = quoted_places(rendering) if vocabulary.client_text else []
    if not places or is_house_text(vocabulary, rendering, places[0]):
        return None
    return places[0]


def is_house_text(vocabulary: Vocabulary, rendering: Rendering, quoted: Quoted) -> bool:
    """Whether nothing stands there but the house's text for clients."""
    shown = [part for part in quoted.parts if part.segment.text.strip()]
    values = [part for part in shown if part.segment.name]
    alone = len(values) == 1 and values[0].segment.name == vocabulary.client_text and not values[0].segment.within
    return alone and quoted.text(rendering.text).strip() == values[0].segment.text.strip()


def ends_in_question(text: str) -> bool:
    """Whether a text's last sentence is a question; emoji and blanks may follow the mark."""
    return _AFTER_QUESTION.sub("", text).endswith("?")


def bracket(text: str, held_back: int) -> str:
    """What the house adds to a question where clients are held back, whoever wrote it; empty elsewhere."""
    if held_back <= 0 or not ends_in_question(text):
        return ""
    return held_back_note(held_back)


def _opening(rendering: Rendering, place: int) -> int | None:
    text = rendering.text
    while place < len(text):
        ends = text.find("\n", place)
        line = text[place : ends if ends >= 0 else len(text)]
        start = place + len(line) - len(line.lstrip())
        if line.lstrip().startswith(_MARK) and _is_mark(rendering, start):
            return start
        if ends < 0:
            return None
        place = ends + 1
    return None


def _closing(rendering: Rendering, place: int) -> int | None:
    text = rendering.text
    for found in re.finditer(r'"(?=[ \t]*(?:\n|\Z))', text[place:]):
        if _is_mark(rendering, place + found.start()):
            return place + found.start()
    return None


def _is_mark(rendering: Rendering, place: int) -> bool:
    part = rendering.at(place)
    return part is not None and part.segment.literal and part.segment.within != LIST
