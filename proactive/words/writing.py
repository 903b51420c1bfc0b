"""The text that a business's words make of an occasion: rendered, and its list shortened as the house does it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

from proactive.campaigns.client_message import filled
from proactive.message_types.offering import HOURS as HOURS_PLACE
from proactive.text.renderer import TEXT_LIMIT, length
from proactive.words.client_text import (
    HOURS,
    HOURS_NUMBER,
    MOST_HOURS,
    ClientText,
    bracket,
    own_client_text,
)
from proactive.words.content import Content, Template, Wording
from proactive.words.fault import WordsFault
from proactive.words.occasion import Occasion
from proactive.words.programs import FIELD_NAMES, Unwritable, field_program, house_program, program_of
from proactive.words.segments import Rendering, Segment
from proactive.words.vocabulary import LIST, Vocabulary

_SUGGESTION = "suggestion"


@dataclass(frozen=True, slots=True)
class WrittenText:
    """A text as it goes out: `shown` lines are listed.

    `client_text` is what clients would receive, None where it shows none that is its own; `rendering` is the text
    before `{nome}` and `{pet}` were filled, with its segments. `milliseconds` of the thread's CPU time were taken.
    """

    text: str
    shown: int
    client_text: ClientText | None
    rendering: Rendering
    milliseconds: float = 0.0


def write(vocabulary: Vocabulary, content: Content, occasion: Occasion) -> WrittenText:
    """The text of an occasion, its list shortened where it is too long.

    Raises:
        Unwritable: the grammar refuses the words, or the text is too long without its list.
    """
    began = time.thread_time()
    found = _fitting(vocabulary, content, occasion)
    return replace(found, milliseconds=1000 * (time.thread_time() - began))


def _fitting(vocabulary: Vocabulary, content: Content, occasion: Occasion) -> WrittenText:
    full = len(occasion.facts.lines())
    lines = vocabulary.by_name[LIST].value(vocabulary.seen(occasion, full))

    def written(shown: int) -> WrittenText:
        return _written(vocabulary, content, occasion, shown, lines)

    found = written(full)
    if length(found.text) <= TEXT_LIMIT:
        return found
    shown = _likely_to_fit(found, full)
    found = written(shown)
    while length(found.text) > TEXT_LIMIT and shown > 0:
        shown -= 1
        found = written(shown)
    while shown + 1 < full and length((longer := written(shown + 1)).text) <= TEXT_LIMIT:
        shown, found = shown + 1, longer
    if length(found.text) <= TEXT_LIMIT:
        return found
    words = f"O texto tem {length(found.text)} letras mesmo sem a lista; cabem {TEXT_LIMIT}."
    raise Unwritable([WordsFault("too_long", words)])


def _likely_to_fit(found: WrittenText, full: int) -> int:
    """How many lines may fit, from what each adds to a text with all of them."""
    lengths = [0] * full
    for part in found.rendering.parts:
        if part.segment.within == LIST:
            lengths[part.segment.item] += length(part.segment.text)
    excess, shown = length(found.text) - TEXT_LIMIT, full
    while shown > 0 and excess > 0:
        shown -= 1
        excess -= lengths[shown]
    return shown


def rendered(vocabulary: Vocabulary, content: Content, occasion: Occasion, shown: int, **instead: Any) -> Rendering:
    """The text with the first `shown` lines of its list; `instead` are values in place of the names' own.

    Raises:
        Unwritable: the grammar refuses the words.
    """
    values = vocabulary.values(occasion, shown)
    values |= instead
    if isinstance(content, Template):
        return program_of(vocabulary, content.source).render(values)
    written = _fields(vocabulary, content, values)
    suggestion = written.pop(_SUGGESTION, None)
    replaceable = vocabulary.suggests is None or vocabulary.suggests(occasion)
    if suggestion is not None and vocabulary.client_text is not None and replaceable:
        values[vocabulary.client_text] = suggestion
    values |= {FIELD_NAMES[name]: segments for name, segments in written.items()}
    return house_program(vocabulary, frozenset(written)).render(values)


def _fields(vocabulary: Vocabulary, content: Wording, values: dict[str, Any]) -> dict[str, list[Segment]]:
    """The segments of each field that says something of these values."""
    found = {}
    for name, source in content.fields().items():
        segments = field_program(vocabulary, name, source).segments(values, field=name)
        if "".join(each.text for each in segments).strip():
            found[name] = segments
    return found


def _written(vocabulary: Vocabulary, content: Content, occasion: Occasion, shown: int, lines: Any) -> WrittenText:
    rendering = rendered(vocabulary, content, occasion, shown, **{LIST: lines[:shown]})
    own = own_client_text(vocabulary, rendering)
    text, client_text = rendering.text, None
    if own is not None:
        said = own.for_clients(text)
        client_text = _client_text(vocabulary, content, occasion, shown, said)
        name, pets = vocabulary.client(occasion) if vocabulary.client else (None, ())
        text = text[: own.start] + filled(said, name, pets) + text[own.end :]
    return WrittenText(text + bracket(text, occasion.held_back), shown, client_text, rendering)


def _client_text(vocabulary: Vocabulary, content: Content, occasion: Occasion, shown: int, text: str) -> ClientText:
    """A text for clients of the business's own; where it names free hours, as it is for each number of them."""
    if HOURS not in vocabulary.by_name:
        return ClientText(text)
    by_number = []
    for number in range(1, MOST_HOURS + 1):
        instead = {HOURS: HOURS_PLACE, HOURS_NUMBER: number}
        rendering = rendered(vocabulary, content, occasion, shown, **instead)
        own = own_client_text(vocabulary, rendering)
        by_number.append(text if own is None else own.for_clients(rendering.text))
    return ClientText(text, tuple(by_number) if set(by_number) != {text} else None)
