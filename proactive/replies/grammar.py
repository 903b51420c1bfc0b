"""Grammars over words: a text is read by a rule as a whole or not at all.

A grammar is a `.lark` file in which a quoted phrase stands for its words. Every other word of a text is a NUMBER, a
CLOCK, JOY or EMOJI, or else OTHER.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

from lark import Token, Tree

from proactive.replies.matching import Named, OneOf, WordsAt, words_within
from proactive.replies.normalisation import EMOJI, JOY, NUMBERS
from proactive.replies.notation import rules_of

#: Words of a text that is read, at most: no rule is for longer ones.
_LONGEST = 40
_KINDS = frozenset({"NUMBER", "CLOCK", "JOY", "EMOJI", "OTHER"})
_CLOCK = re.compile(r"\d{1,2}[:h]\d{2}")


class ReplyGrammar:
    """A grammar over words; `starts` are its rules that stand for a reading each."""

    def __init__(self, name: str, starts: Iterable[str]) -> None:
        """`name` is that of `proactive/replies/<name>.lark`."""
        self._rules = rules_of(files("proactive.replies").joinpath(f"{name}.lark").read_text(encoding="utf-8"))
        self.words = frozenset(word for rule in self._rules.values() for word in words_within(rule)) - _KINDS
        self._within = {start: frozenset(words_within(self._rules[start])) for start in starts}
        self._at = lru_cache(maxsize=256)(self._words_at)

    def reads(self, text: str, start: str) -> bool:
        """Whether a rule consumes the whole of a normal text."""
        at = self._at(text)
        # most texts are decided by their words alone, before the rule is matched
        if not 0 < len(at.tokens) <= _LONGEST or not self._within[start].issuperset(at.places):
            return False
        return bool(self._rules[start].ends(at, 1) >> len(at.tokens) & 1)

    def parse(self, text: str, start: str) -> Tree[Token] | None:
        """The tree of a normal text under a rule; None where the rule does not consume all."""
        if not self.reads(text, start):
            return None
        at = self._at(text)
        return Tree(start, self._rules[start].derive(at, 0, len(at.tokens)))

    def names_in(self, rule: str) -> tuple[str, ...]:
        """The rules of which one stands for another, by their names."""
        part = self._rules[rule]
        parts = part.parts if isinstance(part, OneOf) else (part,)
        return tuple(each.name for each in parts if isinstance(each, Named))

    def holds(self, start: str) -> frozenset[str]:
        """The kinds of words beside those of the grammar that a text of a rule may hold."""
        return self._within[start] & _KINDS

    def _words_at(self, text: str) -> WordsAt:
        return WordsAt.of(tuple(Token(self._kind(word), word) for word in text.split()))

    def _kind(self, word: str) -> str:
        """A word of the rules is its own kind."""
        if word in self.words:
            return word
        if word.isdigit() or word in NUMBERS:
            return "NUMBER"
        if _CLOCK.fullmatch(word):
            return "CLOCK"
        if word in JOY:
            return "JOY"
        return "EMOJI" if EMOJI.match(word) else "OTHER"


@cache
def grammar(name: str, starts: tuple[str, ...]) -> ReplyGrammar:
    """The grammar of that name, read once a process."""
    return ReplyGrammar(name, starts)
