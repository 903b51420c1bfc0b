"""The programs of what a business wrote: read by the grammar with the names of its type, and kept."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from proactive.words.fault import WordsFault
from proactive.words.grammar import KnownNames, read_source
from proactive.words.program import Program
from proactive.words.vocabulary import ListField, NameKind, Vocabulary

#: The names of a wording's fields in the house text.
FIELD_NAMES = {"greeting": "saudacao", "closing": "despedida", "question": "pergunta"}


class Unwritable(Exception):
    """The words make no text of an occasion. `faults` say why."""

    def __init__(self, faults: list[WordsFault]) -> None:
        super().__init__(faults[0].code if faults else "unwritable")
        self.faults = faults


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


def field_program(vocabulary: Vocabulary, field: str, source: str) -> Program:
    """The program of a wording's field. Raises Unwritable where the grammar refuses it."""
    return _usable(read_field(vocabulary, field, source))


def _usable(read: Program | tuple[WordsFault, ...]) -> Program:
    if isinstance(read, Program):
        return read
    raise Unwritable(list(read))


@lru_cache(maxsize=64)
def house_program(vocabulary: Vocabulary, fields: frozenset[str]) -> Program:
    """The house text with places for fields of a wording."""
    source = vocabulary.house_source
    for field in vocabulary.wording:
        for old, new in field.replaces if field.name in fields else ():
            source = source.replace(old, new)
    places: dict[str, tuple[NameKind, dict[str, ListField]]] = {
        name: (NameKind.TEXT, {}) for name in FIELD_NAMES.values()
    }
    found = read_source(source, {**known_names(vocabulary), **places})
    return _usable(found if isinstance(found, Program) else tuple(found))
