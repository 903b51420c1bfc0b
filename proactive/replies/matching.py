"""How a text of words is matched against the rules of replies.

The rules have no recursion, so a rule is matched at all places of a text at once: places are the bits of a number, and
each part of a rule turns the places where it may begin into those where it may end. That takes about as long as the
rule has parts, whatever the text; a parser for any grammar took a hundred times as long.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from lark import Token, Tree

Derived = Tree[Token] | Token


@dataclass(frozen=True, slots=True)
class WordsAt:
    """A text as words: their tokens, and for each type of token the places where one stands, as bits."""

    tokens: tuple[Token, ...]
    places: dict[str, int]
    known: dict[tuple[str, int], int] = field(default_factory=dict)

    @staticmethod
    def of(tokens: tuple[Token, ...]) -> WordsAt:
        """The text of these tokens."""
        places: dict[str, int] = {}
        for place, token in enumerate(tokens):
            places[token.type] = places.get(token.type, 0) | 1 << place
        return WordsAt(tokens, places)


class Part(Protocol):
    """A part of a rule."""

    def ends(self, text: WordsAt, at: int) -> int:
        """Where it may end, if it begins at one of the places `at`."""

    def derive(self, text: WordsAt, begin: int, end: int) -> list[Derived]:
        """What it consists of from one place to another, where it may reach from the one to the other."""


@dataclass(frozen=True, slots=True)
class OneWord:
    """One word of some types."""

    types: frozenset[str]

    def ends(self, text: WordsAt, at: int) -> int:
        """The places after such words."""
        found = 0
        for each, places in text.places.items():
            if each in self.types:
                found |= places
        return (found & at) << 1

    def derive(self, text: WordsAt, begin: int, end: int) -> list[Derived]:
        """The word."""
        return [text.tokens[begin]]


@dataclass(frozen=True, slots=True)
class InOrder:
    """Parts that follow each other; `alias` names what they are together."""

    parts: tuple[Part, ...]
    alias: str | None = None

    def ends(self, text: WordsAt, at: int) -> int:
        """The places after the last part."""
        for part in self.parts:
            if not at:
                return 0
            at = part.ends(text, at)
        return at

    def derive(self, text: WordsAt, begin: int, end: int) -> list[Derived]:
        """What the parts consist of, the first ones no longer than they have to be."""
        found: list[Derived] = []
        for number, part in enumerate(self.parts, 1):
            rest = InOrder(self.parts[number:])
            places = _bits(part.ends(text, 1 << begin))
            place = next(each for each in places if rest.ends(text, 1 << each) >> end & 1)
            found += part.derive(text, begin, place)
            begin = place
        return [Tree(self.alias, found)] if self.alias else found


@dataclass(frozen=True, slots=True)
class OneOf:
    """Parts of which one stands in the text, the first that may."""

    parts: tuple[Part, ...]

    def ends(self, text: WordsAt, at: int) -> int:
        """The places after any of them."""
        found = 0
        for part in self.parts:
            found |= part.ends(text, at)
        return found

    def derive(self, text: WordsAt, begin: int, end: int) -> list[Derived]:
        """What the first of them that may stand there consists of."""
        chosen = next(part for part in self.parts if part.ends(text, 1 << begin) >> end & 1)
        return chosen.derive(text, begin, end)


@dataclass(frozen=True, slots=True)
class Repeated:
    """A part so many times, `most` is None where there is no limit."""

    part: Part
    least: int
    most: int | None

    def ends(self, text: WordsAt, at: int) -> int:
        """The places after the least times, and after each time more."""
        for _ in range(self.least):
            at = self.part.ends(text, at)
        found, times = at, self.least
        while at and times != self.most:
            at = self.part.ends(text, at) & ~found
            found |= at
            times += 1
        return found

    def derive(self, text: WordsAt, begin: int, end: int) -> list[Derived]:
        """What the part consists of each time."""
        if begin == end:
            return []
        rest = Repeated(self.part, max(self.least - 1, 0), None if self.most is None else self.most - 1)
        places = (place for place in _bits(self.part.ends(text, 1 << begin)) if begin < place <= end)
        first = next(place for place in places if rest.ends(text, 1 << place) >> end & 1)
        return self.part.derive(text, begin, first) + rest.derive(text, first, end)


@dataclass(frozen=True, slots=True)
class Named:
    """Another rule by its name."""

    name: str
    rules: dict[str, Part] = field(compare=False, repr=False)

    def ends(self, text: WordsAt, at: int) -> int:
        """The places after it; what was found once for a text is known."""
        found = text.known.get((self.name, at))
        if found is None:
            found = text.known[self.name, at] = self.rules[self.name].ends(text, at) if at else 0
        return found

    def derive(self, text: WordsAt, begin: int, end: int) -> list[Derived]:
        """The rule with what it consists of."""
        return [Tree(self.name, self.rules[self.name].derive(text, begin, end))]


def words_within(part: Part) -> Iterator[str]:
    """The types of words that a text of a part may hold."""
    seen: set[str] = set()
    ahead = [part]
    while ahead:
        match ahead.pop():
            case OneWord(types):
                yield from types
            case InOrder(parts) | OneOf(parts):
                ahead += parts
            case Repeated(repeated):
                ahead.append(repeated)
            case Named(name, rules) if name not in seen:
                seen.add(name)
                ahead.append(rules[name])


def _bits(places: int) -> Iterator[int]:
    while places:
        yield (places & -places).bit_length() - 1
        places &= places - 1
