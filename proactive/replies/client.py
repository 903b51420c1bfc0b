"""The reading of a client's message: whether it asks to be left alone, comes back, or tells that a pet has died.

A rule (`client.lark`) must consume the whole text: `posso sair com ele às 15h?` and `tem como parar a coceira?` are
answers. Source: the product's rules for campaigns, "Opt-out and consent".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from proactive.replies.client_words import STAYS, as_written, bare, client_grammar, mended, stern
from proactive.replies.mourning import mourns, tells_of_a_death

#: Between a request and its reason.
_BETWEEN = re.compile(r" , | (?=(?:porque|pq|pois|senao|ou vou|mas) )|(?<=\bsair) (?=nao )")
#: What a menu may have offered: `me tira da lista` no menu offers.
_OFFERED = re.compile(r"(?:eu )?(?:quero )?sair")
_AND = re.compile(r"^(?:mas|e|entao|por isso) ")
_THERE = re.compile(r"\bai$")
#: No rule reads more: who writes so much, writes about something else as well.
_LONGEST = 1000


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

    @property
    def recent(self) -> bool:
        """Whether a campaign was just talked of: it is quoted, or was our side's last word within 72 hours."""
        return self.quotes_campaign or (self.after_campaign and self.ours_last)

    @property
    def elsewhere(self) -> bool:
        """Whether SAIR and VOLTAR are words of somebody else's menu."""
        return self.menu_word and not self.quotes_campaign


#: What lets a rule read as much as it ever does.
_ANYTHING = ClientContext(quotes_campaign=True, after_campaign=True, ours_last=True, opted_out=True)


def read_client(written: str, context: ClientContext) -> OptOut:
    """What a client's message means for campaigns, given what else is known about it. Never raises."""
    normal = as_written(written)
    text = mended(normal.words)
    if mourns(normal, text, context.pets):
        return OptOut.MOURNING
    if STAYS.search(text):
        return OptOut.NONE
    asked = bare(text)
    if _reads(asked, "requested") or (context.recent and _reads(asked, "wanted")):
        return OptOut.SURE
    if "?" in text:
        return OptOut.NONE
    if _reads(asked, "back"):
        return OptOut.RETURN if context.opted_out and not context.elsewhere else OptOut.NONE
    if _reads(asked, "out"):
        return OptOut.NONE if context.elsewhere and _OFFERED.fullmatch(asked) else OptOut.SURE
    if _reads(asked, "ending") or _asks_with_reasons(asked):
        return OptOut.SURE
    return _in_doubt(stern(text), asked, _THERE.search(normal.whole) is not None, context)


def may_concern_campaigns(written: str) -> bool:
    """Whether a rule may read a client's message, whatever else is known about the client. Never raises."""
    if len(written) > _LONGEST or not written:
        return False
    return read_client(written, _ANYTHING) is not OptOut.NONE or tells_of_a_death(written)


def _in_doubt(text: str, asked: str, there: bool, context: ClientContext) -> OptOut:
    """What is meant for a campaign only where one was just talked of. `there`: it ends in `aí`."""
    if _reads(asked, "annoyed"):
        return OptOut.PROBABLE if context.quotes_campaign or context.after_campaign else OptOut.NONE
    if there or not context.recent:  # `chega aí`, `para aí`: that somebody comes, or stops a car
        return OptOut.NONE
    if _reads(text, "alone"):
        return OptOut.SURE
    if _reads(asked, "tentative"):
        return OptOut.NONE if asked.startswith("cancel") and context.booked else OptOut.PROBABLE
    return OptOut.NONE


def _asks_with_reasons(text: str) -> bool:
    """Whether a text is a request to be left alone and its reasons, and nothing else."""
    clauses = [clause.strip(" ,") for clause in _BETWEEN.split(text)]
    asking = [clause for clause in clauses if _asks(clause)]
    return len(clauses) > 1 and bool(asking) and all(each in asking or _reads(each, "reason") for each in clauses)


def _asks(clause: str) -> bool:
    """Whether a clause asks to be left alone."""
    said = bare(_AND.sub("", clause))
    return _reads(said, "ending") or _reads(said, "out")


def _reads(text: str, rule: str) -> bool:
    return client_grammar().reads(text, rule)
