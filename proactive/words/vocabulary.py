"""The vocabulary of a message type: the one table of its names, what it must state, and the fields of its wording.

The page's palette, the API's schema, the grammar and the checks are all made from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from importlib.resources import files
from typing import Any

from proactive.message_types.base import MessageType
from proactive.model.facts import Facts
from proactive.words.occasion import Occasion, Seen
from proactive.words.scenario import Scenario

#: A name's value: a number, ready text, yes or no, or a list's items, each with its fields.
NameValue = int | str | bool | list[dict[str, int | str]]
#: The list of a type's house text, which is shortened where a text is too long.
LIST = "lista"


class NameKind(StrEnum):
    """The kind of a name or field; known before anything is rendered."""

    NUMBER = "number"
    TEXT = "text"
    YES_NO = "yes_no"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class ListField:
    """A field of a list's items. `meaning` is Portuguese."""

    name: str
    kind: NameKind
    meaning: str
    example: str


@dataclass(frozen=True, slots=True)
class WordsName:
    """A name of the table. `value` answers it for an occasion; `figure` says that the type must state it.

    `meaning` is Portuguese; `fields` are those of a list's items, `item` the loop's name in the house text.
    """

    name: str
    kind: NameKind
    meaning: str
    example: str
    value: Callable[[Seen], NameValue]
    figure: bool = False
    fields: tuple[ListField, ...] = ()
    item: str = ""


@dataclass(frozen=True, slots=True)
class FigureClaim:
    """A figure that a type must state, and the words by which it does.

    `words` are regular expressions without accents, in lower case: one of each stands beside the figure. `may_stand`
    are words of other figures that may stand there. `after` is what stands directly before it, which no other figure
    may have. `constant` is a figure that is the same in all facts. Where `unless_zero`, 0 need not be stated.
    """

    name: str
    label: str
    words: tuple[str, ...]
    may_stand: str = ""
    after: tuple[str, ...] = ()
    constant: int | None = None
    money: bool = False
    unless_zero: bool = False


@dataclass(frozen=True, slots=True)
class WordingField:
    """A field of a type's wording: what of the house's source it replaces (each pair `old`, `new`).

    `house` is what the house says there, for the page; `names` are those that the field may use.
    """

    name: str
    label: str
    house: str
    replaces: tuple[tuple[str, str], ...]
    names: frozenset[str] = frozenset({"dono", "loja"})
    lines: bool = False


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The vocabulary of one message type. `made` makes facts of a scenario.

    `client_text` is the name of the text for clients, None where the house text shows none. `kept` are names that are
    shown word for word where the house text shows them. `client` answers the first listed client's name and pets, with
    which the owner sees `{nome}` and `{pet}` filled. `suggests` says whether the house text of an occasion shows a text
    of the house's to clients, which a wording may replace; None means always.
    """

    type: MessageType
    names: tuple[WordsName, ...]
    figures: tuple[FigureClaim, ...]
    wording: tuple[WordingField, ...]
    made: Callable[[Scenario], Facts]
    client_text: str | None = None
    kept: tuple[str, ...] = ()
    client: Callable[[Occasion], tuple[str | None, Sequence[str]]] | None = None
    suggests: Callable[[Occasion], bool] | None = None

    @cached_property
    def by_name(self) -> Mapping[str, WordsName]:
        """The names by name."""
        return {each.name: each for each in self.names}

    @cached_property
    def house_source(self) -> str:
        """The house text in the grammar: what a new template begins with."""
        path = files("proactive.words") / "templates" / self.type.layout.template
        return path.read_text("utf-8").rstrip("\n")

    def palette(self) -> list[dict[str, Any]]:
        """The names as JSON, in the table's order: `name`, `kind`, `meaning`, `example`, `figure`, `fields`."""
        return [
            {
                "name": each.name, "kind": str(each.kind), "meaning": each.meaning, "example": each.example,
                "figure": each.figure, "item": each.item or None,
                "fields": [
                    {"name": field.name, "kind": str(field.kind), "meaning": field.meaning, "example": field.example}
                    for field in each.fields
                ],
            }
            for each in self.names
        ]  # fmt: skip

    def seen(self, occasion: Occasion, shown: int) -> Seen:
        """The occasion with the first `shown` lines of its list."""
        facts, total = occasion.facts, self.type.layout.total
        return Seen(occasion, shown, len(facts.lines()) if total is None else int(getattr(facts, total)))

    def values(self, occasion: Occasion, shown: int) -> NameValues:
        """The value of every name, with the first `shown` lines of the list."""
        return NameValues(self.by_name, self.seen(occasion, shown))


class NameValues(dict[str, Any]):
    """The values of names, each computed when it is first asked for."""

    def __init__(self, names: Mapping[str, WordsName], seen: Seen) -> None:
        super().__init__()
        self._names, self._seen = names, seen

    def __missing__(self, name: str) -> NameValue:
        value = self._names[name].value(self._seen)
        self[name] = value
        return value
