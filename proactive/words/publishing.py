"""The checks before words are published: on every fact set, on the business's own facts of now, and the time."""

from __future__ import annotations

from dataclasses import replace

from proactive.words.checks import check
from proactive.words.content import Content
from proactive.words.fact_sets import fact_sets
from proactive.words.fault import WordsFault, refusing
from proactive.words.occasion import Occasion
from proactive.words.registry import VOCABULARIES
from proactive.words.saving import faults_of
from proactive.words.vocabulary import Vocabulary
from proactive.words.writing import write

#: The key of the business's own facts, beside those of the fact sets.
OWN_FACTS = "own"
#: Milliseconds of the thread's own CPU time that a rendering may take.
LONGEST_RENDERING = 50.0
_TRIES = 5


def faults_at_publishing(type_: str, content: Content, own: Occasion | None = None) -> list[WordsFault]:
    """Everything that refuses words of a message type, and hints, each with the first facts that show it.

    `own` is the business's own occasion of now; None where its facts are not known.

    Raises:
        KeyError: the type has no words of its own.
    """
    vocabulary = VOCABULARIES[type_]
    faults = faults_of(vocabulary, content)
    if faults:
        return faults
    occasions = [(each.key, each.occasion) for each in fact_sets(type_)] + ([(OWN_FACTS, own)] if own else [])
    found: dict[tuple[str, int | None, str | None, str | None], WordsFault] = {}
    for key, occasion in occasions:
        for fault in check(vocabulary, content, occasion):
            found.setdefault((fault.code, fault.line, fault.field, fault.node), replace(fault, fact_set=key))
    faults = list(found.values())
    return faults if refusing(faults) else faults + _slow(vocabulary, content, occasions)


def rendering_time(vocabulary: Vocabulary, content: Content, occasion: Occasion) -> float:
    """The milliseconds of the thread's CPU time that the text of an occasion takes. Raises Unwritable."""
    return write(vocabulary, content, occasion).milliseconds


def _slow(vocabulary: Vocabulary, content: Content, occasions: list[tuple[str, Occasion]]) -> list[WordsFault]:
    """The fault of a text whose fastest rendering of five is too slow with some facts."""
    for key, occasion in occasions:
        # most are fast at once; only those that are not are tried again
        fastest = rendering_time(vocabulary, content, occasion)
        for _ in range(_TRIES - 1):
            if fastest <= LONGEST_RENDERING:
                break
            fastest = min(fastest, rendering_time(vocabulary, content, occasion))
        if fastest > LONGEST_RENDERING:
            words = f"O texto demora {fastest:.0f} ms para ficar pronto; o máximo são {LONGEST_RENDERING:.0f} ms."
            return [WordsFault("slow", words, fact_set=key)]
    return []
