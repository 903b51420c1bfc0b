"""What refuses words when they are saved: the grammar, names and kinds, literal text, sizes."""

from __future__ import annotations

from proactive.words.content import Content, Template
from proactive.words.fault import WordsFault
from proactive.words.program import Program
from proactive.words.programs import read_field, read_template
from proactive.words.registry import VOCABULARIES
from proactive.words.tokens import LONGEST_SOURCE
from proactive.words.vocabulary import Vocabulary


def faults_at_saving(type_: str, content: Content) -> list[WordsFault]:
    """Everything that refuses words of a message type; each fault by node and line, and by the wording's field.

    Raises:
        KeyError: the type has no words of its own.
    """
    return faults_of(VOCABULARIES[type_], content)


def faults_of(vocabulary: Vocabulary, content: Content) -> list[WordsFault]:
    """As `faults_at_saving`, for the type that has this vocabulary."""
    if isinstance(content, Template):
        read = read_template(vocabulary, content.source)
        if not content.source.strip():
            return [WordsFault("empty", "Escreva o texto.")]
        return [] if isinstance(read, Program) else list(read)
    fields = content.fields()
    if sum(map(len, fields.values())) > LONGEST_SOURCE:
        return [WordsFault("source_too_long", f"Os campos têm letras demais; cabem {LONGEST_SOURCE}.")]
    return [fault for name, source in fields.items() for fault in _field_faults(vocabulary, name, source)]


def _field_faults(vocabulary: Vocabulary, name: str, source: str) -> list[WordsFault]:
    read = read_field(vocabulary, name, source)
    if not isinstance(read, Program):
        return list(read)
    known = next(each for each in vocabulary.wording if each.name == name)
    if "\n" in source and not known.lines:
        return [WordsFault("several_lines", f"“{known.label}” fica numa linha só.", field=name)]
    return []
