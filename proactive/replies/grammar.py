"""Grammars over words: Lark's Earley parser, whose terminals are whole words of a normal text.

A grammar is a `.lark` file in which a quoted phrase stands for its words. Every other word of a text is OTHER, so that
a rule consumes a text as a whole or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Tree
from lark.common import LexerConf
from lark.exceptions import UnexpectedInput
from lark.lexer import Lexer

from proactive.replies.normalisation import EMOJI, JOY, NUMBERS

_QUOTED = re.compile(r'"([^"]+)"')
_COMMENT = re.compile(r"//.*")
#: Words of a text that is parsed, at most: no rule is for longer ones.
_LONGEST = 40
_KINDS = ("NUMBER", "CLOCK", "JOY", "EMOJI", "OTHER")


class ReplyGrammar:
    """A grammar over words; `starts` are its rules that stand for a reading each."""

    def __init__(self, name: str, starts: Iterable[str]) -> None:
        """`name` is that of `proactive/replies/<name>.lark`."""
        written = _COMMENT.sub("", files("proactive.replies").joinpath(f"{name}.lark").read_text(encoding="utf-8"))
        phrases = _QUOTED.findall(written)
        self.words = frozenset(word for phrase in phrases for word in phrase.split())
        terminals = {word: f"W{number}" for number, word in enumerate(sorted(self.words))}
        rules = _QUOTED.sub(lambda found: f"({' '.join(terminals[word] for word in found[1].split())})", written)
        rules += f"\n%declare {' '.join((*_KINDS, *terminals.values()))}\n"
        # the parser takes a word's terminal by its own name, and every other word by its kind
        self._terminals = terminals
        self._lark = Lark(rules, parser="earley", lexer=_Words, start=list(starts), ambiguity="resolve")
        self._parsed = lru_cache(maxsize=2048)(self._parse)
        self._within = {start: _terminals_within(self._lark, start) for start in starts}

    def parse(self, text: str, start: str) -> Tree[Token] | None:
        """The tree of a normal text under a rule (nobody changes it); None where the rule does not consume all."""
        return self._parsed(text, start)

    def holds(self, start: str) -> frozenset[str]:
        """The kinds of words beside those of the grammar that a text of a rule may hold."""
        return self._within[start] & set(_KINDS)

    def _parse(self, text: str, start: str) -> Tree[Token] | None:
        tokens = [Token(self._kind(word), word) for word in text.split()]
        if not 0 < len(tokens) <= _LONGEST or not self._within[start].issuperset(token.type for token in tokens):
            return None  # most texts are decided here, before the parser is asked
        try:
            return self._lark.parse(tokens, start=start)
        except UnexpectedInput:
            return None

    def _kind(self, word: str) -> str:
        if word in self._terminals:
            return self._terminals[word]
        if word.isdigit() or word in NUMBERS:
            return "NUMBER"
        if re.fullmatch(r"\d{1,2}[:h]\d{2}", word):
            return "CLOCK"
        if word in JOY:
            return "JOY"
        return "EMOJI" if EMOJI.match(word) else "OTHER"


def _terminals_within(lark: Lark, start: str) -> frozenset[str]:
    """The terminals that a text of a rule may hold."""
    found: set[str] = set()
    seen, ahead = {start}, [start]
    while ahead:
        rule = ahead.pop()
        for expansion in (each.expansion for each in lark.rules if each.origin.name == rule):
            found |= {symbol.name for symbol in expansion if symbol.is_term}
            new = {symbol.name for symbol in expansion if not symbol.is_term} - seen
            seen |= new
            ahead += new
    return frozenset(found)


class _Words(Lexer):
    """Gives the words on as they are."""

    def __init__(self, conf: LexerConf) -> None:
        pass

    def lex(self, data: Any, parser_state: Any = None) -> Iterator[Token]:
        """The words of a text, which are tokens already."""
        yield from data


@cache
def grammar(name: str, starts: tuple[str, ...]) -> ReplyGrammar:
    """The grammar of that name, read once a process."""
    return ReplyGrammar(name, starts)
