"""What a message offers to do for the business' clients: a mailing that its owner may say yes to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

#: The figures of a message whose text for clients is the business's own: the text, and the same for one, two and three
#: free hours where it names them.
CLIENT_TEXT, CLIENT_TEXTS = "client_text", "client_texts"
#: Where the rule of a campaign keeps the latter, and what stands for the hours in them.
HOUR_TEXTS, HOURS = "hour_texts", "{horarios}"
_BEGINS, _ENDS = re.compile(r'^"', re.M), re.compile(r'"$', re.M)


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
    `reach` is the fact that says how many clients it reaches; None where these are few.
    """

    offers: Callable[[Mapping[str, Any], Mapping[str, Any], str], Sequence[Offer]]
    names: tuple[str, ...]
    asks: Literal["send", "create"]
    words: str
    until_day: int | None = None
    redoable: bool = False
    reach: str | None = None

    def name(self, option: int) -> str:
        """What the mailing of an option is called."""
        return self.names[min(option, len(self.names) - 1)]


def own_text(figures: Mapping[str, Any]) -> str | None:
    """The text for clients of a business's own words in a message, its braces not filled; None for the house's."""
    text = figures.get(CLIENT_TEXT)
    return text if isinstance(text, str) and text else None


def own_hour_texts(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a rule that has the same text for one, two and three free hours; empty where it names none."""
    texts = figures.get(CLIENT_TEXTS)
    return {HOUR_TEXTS: texts} if texts else {}


def quoted(content: str) -> str:
    """The text that a message shows for clients; empty where it shows none.

    It goes from the first line that begins with a quotation mark to the last one that ends with one; where there are no
    such lines, from the first mark to the last.
    """
    begins = [found.start() for found in _BEGINS.finditer(content)]
    ends = [found.start() for found in _ENDS.finditer(content)]
    begin, end = min(begins, default=-1), max(ends, default=-1)
    if not 0 <= begin < end:
        begin, end = content.find('"'), content.rfind('"')
    return content[begin + 1 : end].strip() if 0 <= begin < end else ""
