"""The text that a business's words make of an occasion: rendered, and its list shortened as the house does it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
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
from proactive.words.grammar import KnownNames, read_source
from proactive.words.occasion import Occasion
from proactive.words.program import Program
from proactive.words.segments import Rendering, Segment
from proactive.words.vocabulary import LIST, ListField, NameKind, Vocabulary

_FIELD_NAMES = {"greeting": "saudacao", "closing": "despedida", "question": "pergunta"}
_SUGGESTION = "suggestion"


class Unwritable(Exception):
    """The words make no text of an occasion. `faults` say why."""

    def __init__(self, faults: list[WordsFault]) -> None:
        super().__init__(faults[0].code if faults else "unwritable")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class WrittenText:
    """A text as it goes out: `shown` lines are listed.

    `client_text` is what clients would receive, None where it shows none that is its own; `rendering` is the text
    before `{nome}` and `{pet}` were filled, with its segments.
    """

    text: str
    shown: int
    client_text: ClientText | None
    rendering: Rendering


def write(vocabulary: Vocabulary, content: Content, occasion: Occasion) -> WrittenText:
    """The text of an occasion, its list shortened where it is too long.

    Raises:
        Unwritable: the grammar refuses the words, or the text is too long without its list.
    """
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
    values |= {_FIELD_NAMES[name]: segments for name, segments in written.items()}
    return _house_program(vocabulary, frozenset(written)).render(values)


@lru_cache(maxsize=64)
def read_template(vocabulary: Vocabulary, source: str) -> Program | tuple[WordsFault, ...]:
    """The program of a template's source, or what is wrong with it."""
    found = read_source(source, known_names(vocabulary))
    return found if isinstance(found, Program) else tuple(found)


@lru_cache(maxsize=64)
def read_field(vocabulary: Vocabulary, field: str, source: str) -> Program | tuple[WordsFault, ...]:
    """The program of a wording's field, or what is wrong with it."""
    known = next((each for each in vocabulary.wording if each.name == field), None)
    if known is None:
        return (WordsFault("unknown_field", "Esta mensagem não tem este campo.", field=field),)
    names = {name: value for name, value in known_names(vocabulary).items() if name in known.names}
    found = read_source(source, names)
    if isinstance(found, Program):
        return found
    return tuple(replace(fault, field=field) for fault in found)


def known_names(vocabulary: Vocabulary) -> KnownNames:
    """The names of a vocabulary as the grammar takes them."""
    return {each.name: (each.kind, {field.name: field for field in each.fields}) for each in vocabulary.names}


def program_of(vocabulary: Vocabulary, source: str) -> Program:
    """The program of a template's source. Raises Unwritable where the grammar refuses it."""
    return _usable(read_template(vocabulary, source))


def _usable(read: Program | tuple[WordsFault, ...]) -> Program:
    if isinstance(read, Program):
        return read
    raise Unwritable(list(read))


def _fields(vocabulary: Vocabulary, content: Wording, values: dict[str, Any]) -> dict[str, list[Segment]]:
    """The segments of each field that says something of these values."""
    found = {}
    for name, source in content.fields().items():
        segments = _usable(read_field(vocabulary, name, source)).segments(values, field=name)
        if "".join(each.text for each in segments).strip():
            found[name] = segments
    return found


@lru_cache(maxsize=64)
def _house_program(vocabulary: Vocabulary, fields: frozenset[str]) -> Program:
    """The house text with places for fields of a wording."""
    source = vocabulary.house_source
    for field in vocabulary.wording:
        for old, new in field.replaces if field.name in fields else ():
            source = source.replace(old, new)
    places: dict[str, tuple[NameKind, dict[str, ListField]]] = {
        name: (NameKind.TEXT, {}) for name in _FIELD_NAMES.values()
    }
    found = read_source(source, {**known_names(vocabulary), **places})
    return _usable(found if isinstance(found, Program) else tuple(found))


def _written(vocabulary: Vocabulary, content: Content, occasion: Occasion, shown: int, lines: Any) -> WrittenText:
    rendering = rendered(vocabulary, content, occasion, shown, **{LIST: lines[:shown]})
    own = own_client_text(vocabulary, rendering)
    text = rendering.text
    if own is not None and vocabulary.client is not None:
        name, pets = vocabulary.client(occasion)
        text = text[: own.start] + filled(own.text(text), name, pets) + text[own.end :]
    client_text = None if own is None else _client_text(vocabulary, content, occasion, shown, own.text(rendering.text))
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
        by_number.append(text if own is None else own.text(rendering.text))
    return ClientText(text, tuple(by_number) if set(by_number) != {text} else None)
