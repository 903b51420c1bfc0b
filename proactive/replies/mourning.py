"""The reading of a client's message that tells that a pet has died: which pet, and whether one of the client's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lark import Token, Tree

from proactive.replies.client_words import as_written, client_grammar
from proactive.replies.normalisation import NormalText, normalise

#: The clauses of a text that are no questions.
_CLAUSE = re.compile(r"[^,?]+(?=,|$)")
#: Who laughs has lost nobody.
_LAUGHS = re.compile(r"\bkk|[😂🤣😅😆😹]")
#: Who doubts that a pet has died, or tells that it has not.
_HEDGED = re.compile(
    r"\b(?:quase|praticamente|talvez|acho|achei|parece|parecia|pensei|sera|se(?! foi\b)|sonhei|imagina|nunca|ainda)\b"
)
#: What every way of saying that a pet has died holds (`died` of the grammar): most texts are decided by it.
DIED = re.compile(
    r"\b(?:mor+e[uol]|mor+el|fale[cs]e[uo]|fales[cs]eu|falaceu|mort[oa]|arco iris|eutanasia\w*|com a gente|com nos"
    r"|sempre|morrendo|falecer|falecendo|partiu|obito|estrelinha|descansou|deixou|foi|resistiu|ceu|sacrificar"
    r"|entre nos|conosco)\b"
)


def mourns(normal: NormalText, text: str, pets: Sequence[str]) -> bool:
    """Whether a message (its normal form, and `text` as it is read) says that one of its client's pets has died.

    Pets are named, or meant: ele, ela, meu cachorro, minha gata.
    """
    if _LAUGHS.search(normal.whole):
        return False
    return any(_is_a_pets(tree, pets) for tree in _deaths(text))


def tells_of_a_death(written: str) -> bool:
    """Whether a message says that somebody has died, whoever it is."""
    return any(True for _ in _deaths(as_written(written).words))


def mourned_pets(written: str, pets: Sequence[str]) -> list[str]:
    """Those of a client's pets of which a message says that they died, by name; none where it names none."""
    named = {name for tree in _deaths(as_written(written).words) for name in _named(tree)}
    return [pet for pet in pets if named & _called(pet)]


def _deaths(text: str) -> Iterator[Tree[Token]]:
    """What of a normal text says that somebody has died: a clause of it, or the whole."""
    clauses = [(clause.strip(), "mourning") for clause in _CLAUSE.findall(text)]
    for clause, rule in [*clauses, (text, "parted")]:
        if DIED.search(clause) and not _HEDGED.search(clause) and (tree := client_grammar().parse(clause, rule)):
            yield tree


def _is_a_pets(tree: Tree[Token], pets: Sequence[str]) -> bool:
    known = {name for pet in pets for name in _called(pet)}
    # a name alone must be a pet's; beside `meu cachorro` it may be one that nobody has written down
    return all(name in known for name in _named(tree)) or next(iter(tree.find_data("kin")), None) is not None


def _named(tree: Tree[Token]) -> list[str]:
    return [" ".join(map(str, name.scan_values(lambda _: True))) for name in tree.find_data("named")]


def _called(pet: str) -> set[str]:
    """What a pet is called: its name and the little forms of it (Rexinho, Luninha)."""
    name = normalise(pet, lambda word: False).whole
    stem = re.sub("[aeo]$", "", name)
    return {name, *(f"{stem}{end}" for end in ("inho", "inha")), *(f"{name}{end}" for end in ("zinho", "zinha"))}
