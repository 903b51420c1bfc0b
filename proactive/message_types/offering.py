"""What a message offers to do for the business' clients: a mailing that its owner may say yes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Offer:
    """A mailing that a message offers: its option (0, or 1 to 3 of a list), its text, the rule of its audience."""

    option: int
    text: str
    rule: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offering:
    """What the messages of a type offer.

    `offers` makes the mailings of a sent message, from the figures of its record, its job's data and its text; none
    where it asked nothing. `names` are what a mailing is called in Portuguese, by option. `asks` is what the closing
    question asks for. `words` is a regular expression of the words that name it in a reply, without accents.
    `until_day` is the day whose end ends the offer: 0 the message's own, 1 the next; None means 72 hours. What ends on
    its own day goes out whenever people are awake. `redoable` says that it can be made anew with the figures of today.
    """

    offers: Callable[[Mapping[str, Any], Mapping[str, Any], str], Sequence[Offer]]
    names: tuple[str, ...]
    asks: Literal["send", "create"]
    words: str
    until_day: int | None = None
    redoable: bool = False

    def name(self, option: int) -> str:
        """What the mailing of an option is called."""
        return self.names[min(option, len(self.names) - 1)]


def quoted(content: str) -> str:
    """The text between quotation marks that a message shows for clients; empty where it shows none."""
    begin, end = content.find('"'), content.rfind('"')
    return content[begin + 1 : end].strip() if 0 <= begin < end else ""
