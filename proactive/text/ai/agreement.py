"""Whether the words of a line agree: a determiner, an adjective and the noun beside them, in gender and number.

The phrases let every determiner stand before every noun ("uma dia linda"). What disagrees is no Portuguese.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

_NOUNS = ("warm", "gift", "heart", "way", "time", "daily", "rest", "comfort", "joy", "thanked")
_ADJECTIVES = ("adjective", "good", "full", "cheerful")


class Agreement:
    """Checks words by the classes of words.txt. Gender and number are those of a word's ending, but for its lists."""

    def __init__(self, classes: Mapping[str, frozenset[str]]) -> None:
        self._classes = classes
        self._determiners, self._amounts = classes["determiner"] | classes["possessive"], classes["amount"]
        self._possessives = classes["possessive"]
        self._nouns = frozenset[str]().union(*(classes[name] for name in _NOUNS))
        self._adjectives = frozenset[str]().union(*(classes[name] for name in _ADJECTIVES)) - self._nouns

    def holds(self, words: Sequence[str]) -> bool:
        """Whether all neighbours that have to agree do so. The words are in lower case."""
        of = ("", *words)  # "um fim de tarde gostoso": after "de", what follows a noun may belong to the one before
        return all(
            self._agree(one, other)
            for before, (one, other) in zip(of, pairwise(words), strict=False)
            if self._belong(one, other) and not (before == "de" and one in self._nouns)
        )

    def _belong(self, one: str, other: str) -> bool:
        if other in self._nouns:
            return one in self._determiners or one in self._amounts or one in self._adjectives
        # before an adjective, "muito" is an adverb
        follows = other in self._adjectives or other in self._possessives
        return follows and (one in self._nouns or one in self._determiners)

    def _agree(self, one: str, other: str) -> bool:
        genders = {self._gender(one), self._gender(other)} - {""}
        return len(genders) < 2 and one.endswith("s") == other.endswith("s")

    def _gender(self, word: str) -> str:
        for gender in ("masculine", "feminine"):
            if word in self._classes[gender]:
                return gender
        stem = word.removesuffix("s")
        # um, uns, bom, bons, seu, meu
        return "masculine" if stem.endswith(("o", "m", "n", "u")) else "feminine" if stem.endswith("a") else ""
