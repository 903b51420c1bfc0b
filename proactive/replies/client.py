"""The reading of a client's message: whether it asks to be left alone, comes back, or tells that a pet has died.

A rule (`client.lark`) must consume the whole text: `posso sair com ele às 15h?` and `tem como parar a coceira?` are
answers. Source: the product's rules for campaigns, "Opt-out and consent".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lark import Token, Tree

from proactive.replies.grammar import ReplyGrammar, grammar
from proactive.replies.normalisation import normalise

_STARTS = ("out", "requested", "alone", "ending", "tentative", "annoyed", "back", "mourning", "parted")
#: The clauses of a text that are no questions.
_CLAUSE = re.compile(r"[^,?]+(?=,|$)")
#: Who laughs has lost nobody.
_LAUGHS = re.compile(r"\bkk|[😂🤣😅😆😹]")
_THERE = re.compile(r"\bai$")
#: What speaks of leaving and means something else.
_STAYS = re.compile(r"\b(?:nao|n|naum) (?:quero )?(?:sair|me descadastrar)\b|\bboletos?\b")

#: What every way of saying that a pet has died holds (`died` of the grammar): most texts are decided by it.
DIED = re.compile(
    r"\b(?:morreu|morrendo|faleceu|falecer|falecendo|partiu|obito|estrelinha|descansou|deixou|foi|resistiu|ceu"
    r"|sacrificar|entre nos|conosco)\b"
)


class OptOut(StrEnum):
    """What a client's message means for campaigns. The value is what records keep."""

    SURE = "sure"
    PROBABLE = "probable"
    MOURNING = "luto"
    RETURN = "return"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ClientContext:
    """What is known about a client's message beside its text.

    `quotes_campaign`: it quotes or reacts to a campaign. `after_campaign`: it came within 72 hours of one. `ours_last`:
    of all that our side wrote to this client, the campaign is the newest. `menu_word`: the newest was somebody else's
    and offered SAIR or VOLTAR as a word of its menu. `booked`: the client has a live booking ahead. `opted_out`: an
    opt-out of the client's own holds. `pets` are the names of the client's pets.
    """

    quotes_campaign: bool = False
    after_campaign: bool = False
    ours_last: bool = False
    menu_word: bool = False
    booked: bool = False
    opted_out: bool = False
    pets: tuple[str, ...] = ()


#: What lets a rule read as much as it ever does.
_ANYTHING = ClientContext(quotes_campaign=True, after_campaign=True, ours_last=True, opted_out=True)
#: No rule reads more: who writes so much, writes about something else as well.
_LONGEST = 1000


def read_client(written: str, context: ClientContext) -> OptOut:
    """What a client's message means for campaigns, given what else is known about it. Never raises."""
    normal = normalise(written, _rules().words.__contains__)
    text = normal.words
    if not _LAUGHS.search(normal.whole) and (
        any(_mourns(clause.strip(), "mourning", context.pets) for clause in _CLAUSE.findall(text))
        or _mourns(text, "parted", context.pets)
    ):
        return OptOut.MOURNING
    if _parse(text, "requested") and not _STAYS.search(text):
        return OptOut.NONE if context.menu_word and not context.quotes_campaign else OptOut.SURE
    if "?" in text or _STAYS.search(text):
        return OptOut.NONE
    recent = context.quotes_campaign or (context.after_campaign and context.ours_last)
    menu = context.menu_word and not context.quotes_campaign
    if _parse(text, "back"):
        return OptOut.RETURN if context.opted_out and not menu else OptOut.NONE
    if _parse(text, "out"):
        return OptOut.NONE if menu else OptOut.SURE
    if _parse(text, "ending"):
        return OptOut.SURE
    if _parse(text, "annoyed"):
        return OptOut.PROBABLE if context.quotes_campaign or context.after_campaign else OptOut.NONE
    if _THERE.search(normal.whole):  # `chega aí`, `para aí`: that somebody comes, or stops a car
        return OptOut.NONE
    if _parse(text, "alone"):
        return OptOut.SURE if recent else OptOut.NONE
    if _parse(text, "tentative"):
        cancels_booking = text.startswith("cancel") and context.booked
        return OptOut.PROBABLE if recent and not cancels_booking else OptOut.NONE
    return OptOut.NONE


def may_concern_campaigns(written: str) -> bool:
    """Whether a rule may read a client's message, whatever else is known about the client. Never raises."""
    if len(written) > _LONGEST or not written:
        return False
    if read_client(written, _ANYTHING) is not OptOut.NONE:
        return True
    return any(True for _ in _mournings(written))


def mourned_pets(written: str, pets: Sequence[str]) -> list[str]:
    """Those of a client's pets of which a message says that they died, by name; none where it names none."""
    named = {name for tree in _mournings(written) for name in _named(tree)}
    return [pet for pet in pets if _plain(pet) in named]


def _mournings(written: str) -> Iterator[Tree[Token]]:
    """What of a text says that somebody has died, whoever it is."""
    text = normalise(written, _rules().words.__contains__).words
    clauses = [(clause.strip(), "mourning") for clause in _CLAUSE.findall(text)]
    for clause, rule in [*clauses, (text, "parted")]:
        tree = _parse(clause, rule) if DIED.search(clause) else None
        if tree is not None:
            yield tree


def _rules() -> ReplyGrammar:
    return grammar("client", _STARTS)


def _parse(text: str, rule: str) -> Tree[Token] | None:
    return _rules().parse(text, rule)


def _mourns(clause: str, rule: str, pets: tuple[str, ...]) -> bool:
    """Whether a clause says that a pet has died: by its name, as ele or ela, as meu cachorro or minha gata."""
    tree = _parse(clause, rule) if DIED.search(clause) else None
    if tree is None:
        return False
    named, known = _named(tree), {_plain(pet) for pet in pets}
    # a name alone must be a pet's; beside `meu cachorro` it may be one that nobody has written down
    return all(name in known for name in named) or next(iter(tree.find_data("kin")), None) is not None


def _named(tree: Tree[Token]) -> list[str]:
    return [" ".join(map(str, name.children)) for name in tree.find_data("named")]


def _plain(name: str) -> str:
    return normalise(name, lambda word: False).whole
