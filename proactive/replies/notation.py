"""The notation of the rules of replies: what a `.lark` file says, as parts that match texts (`matching.py`)."""

from __future__ import annotations

from functools import cache
from typing import Any

from lark import Lark, Token, Transformer

from proactive.replies.matching import InOrder, Named, OneOf, OneWord, Part, Repeated

_NOTATION = r"""
start: rule+
rule: RULE choice
choice: order ("|" order)*
order: repeated+ ["->" NAME]
?repeated: part
    | part "?" -> maybe
    | part "*" -> any
    | part "+" -> some
    | part "~" INT (".." INT)? -> times
?part: NAME -> named | WORD -> word | PHRASE -> phrase | "(" choice ")" | "[" choice "]" -> maybe
RULE.2: /[a-z_]+\s*:/
NAME: /[a-z_]+/
WORD: /[A-Z]+/
PHRASE: /"[^"]+"/
COMMENT: /\/\/.*/
%import common.INT
%ignore /\s+/
%ignore COMMENT
"""


class _Rules(Transformer[Token, dict[str, Part]]):
    """Makes parts of what the notation says."""

    def __init__(self) -> None:
        super().__init__()
        self.rules: dict[str, Part] = {}

    def start(self, rules: list[Any]) -> dict[str, Part]:
        return self.rules

    def rule(self, said: list[Any]) -> None:
        self.rules[said[0].rstrip(": \t")] = said[1]

    def choice(self, orders: list[Part]) -> Part:
        words = [each.types for each in orders if isinstance(each, OneWord)]
        others = [each for each in orders if not isinstance(each, OneWord)]
        parts = [OneWord(frozenset().union(*words)), *others] if words else others
        return parts[0] if len(parts) == 1 else OneOf(tuple(parts))

    def order(self, said: list[Any]) -> Part:
        *parts, alias = said
        return parts[0] if len(parts) == 1 and alias is None else InOrder(tuple(parts), alias and str(alias))

    def maybe(self, said: list[Part]) -> Part:
        return Repeated(said[0], 0, 1)

    def any(self, said: list[Part]) -> Part:
        return Repeated(said[0], 0, None)

    def some(self, said: list[Part]) -> Part:
        return Repeated(said[0], 1, None)

    def times(self, said: list[Any]) -> Part:
        return Repeated(said[0], int(said[1]), int(said[-1]))

    def named(self, said: list[Token]) -> Part:
        return Named(str(said[0]), self.rules)

    def word(self, said: list[Token]) -> Part:
        return OneWord(frozenset({str(said[0])}))

    def phrase(self, said: list[Token]) -> Part:
        words = tuple(OneWord(frozenset({word})) for word in said[0].strip('"').split())
        return words[0] if len(words) == 1 else InOrder(words)


@cache
def _reader() -> Lark:
    return Lark(_NOTATION, parser="lalr")


def rules_of(written: str) -> dict[str, Part]:
    """The rules that are written down, by their names. Raises lark.exceptions.LarkError where they are no rules."""
    return _Rules().transform(_reader().parse(written))
