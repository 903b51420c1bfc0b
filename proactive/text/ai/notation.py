"""The notation in which the phrases of the first and last lines are written.

Files of two kinds: classes of words (`name: word word`, continued on indented lines) and phrases (`name = ...`), in
which `<name>` is a phrase or a class, `[...]` may be left out, `(a | b)` is either, `*` repeats what stands before it,
and everything else is a word or a comma.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from proactive.text.ai.grammar import Grammar, Node

_SIGNS = re.compile(r"<\w+>|[\[\]()|*,]|[^\s\[\]()|*,<>]+")


@cache
def load_grammar() -> Grammar:
    """The grammar of the first and last lines, read once."""
    found = sorted((files("proactive.text.ai") / "phrases").iterdir(), key=lambda file: file.name)
    words, phrases = (
        "\n\n".join(file.read_text("utf-8") for file in found if file.name.endswith("words.txt") is of_words)
        for of_words in (True, False)
    )
    return parsed_grammar(words, phrases)


def parsed_grammar(words: str, phrases: str) -> Grammar:
    """The grammar of some classes of words and some phrases.

    Raises:
        ValueError: a phrase has a bracket too many, or two have one name.
    """
    classes = {name: frozenset(listed.split()) for name, listed in _entries(words, ":")}
    rules = {name: Node("word", listed) for name, listed in classes.items()}
    for name, rule in _entries(phrases, " ="):
        if name in rules:
            raise ValueError(f"two rules of one name: {name}")
        rules[name] = _parsed(rule)
    return Grammar(classes, rules)


def _entries(text: str, sign: str) -> Iterator[tuple[str, str]]:
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for found in re.finditer(rf"^(\w+){sign}((?:.|\n[ ])*)", lines, re.MULTILINE):
        yield found[1], found[2]


def _parsed(rule: str) -> Node:
    signs = _SIGNS.findall(rule)
    signs.reverse()
    node = _choice(signs)
    if signs:
        raise ValueError(f"a rule ends too early: {rule}")
    return node


def _choice(signs: list[str]) -> Node:
    parts = [_sequence(signs)]
    while signs and signs[-1] == "|":
        signs.pop()
        parts.append(_sequence(signs))
    return parts[0] if len(parts) == 1 else Node("choice", parts=tuple(parts))


def _sequence(signs: list[str]) -> Node:
    parts: list[Node] = []
    while signs and signs[-1] not in "|])":
        sign = signs.pop()
        if sign in "[(":
            inner = _choice(signs)
            signs.pop()
            parts.append(Node("choice", parts=(inner, Node("sequence"))) if sign == "[" else inner)
        elif sign == "*":
            parts.append(Node("repeat", parts=(parts.pop(),)))
        elif sign.startswith("<"):
            parts.append(Node("name", name=sign[1:-1]))
        else:
            parts.append(Node("word", frozenset({sign})))
    return Node("sequence", parts=tuple(parts))
