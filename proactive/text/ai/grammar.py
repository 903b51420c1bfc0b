"""A small grammar of phrases: whether words, in their order, are a phrase by its rules.

Read from two files: `words.txt` has classes of words (`name: word word`, continued on indented lines), `grammar.txt`
phrases (`name = ...`), in which `<name>` is a phrase or a class, `[...]` may be left out, `(a | b)` is either, `*`
repeats what stands before it, and everything else is a word or a comma. The time of a check grows with the words and
the rules, not with the ways to read them: no text can make it slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Literal

_SIGNS = re.compile(r"<\w+>|[\[\]()|*,]|[^\s\[\]()|*,<>]+")


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A part of a rule: one `word` of a set, a `name`, or a `sequence`, `choice` or `repeat` of `parts`."""

    kind: Literal["word", "name", "sequence", "choice", "repeat"]
    words: frozenset[str] = frozenset()
    name: str = ""
    parts: tuple[Node, ...] = ()

    def walk(self) -> Iterator[Node]:
        """The node and every node in it."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, slots=True)
class Grammar:
    """The phrases of the two files. `classes` are the words of each class, `rules` the phrases and the classes."""

    classes: Mapping[str, frozenset[str]]
    rules: Mapping[str, Node]

    def accepts(self, phrase: str, words: Sequence[str], bound: Mapping[str, str]) -> bool:
        """Whether all the `words`, in lower case, are the phrase of that name.

        `bound` says which rule some names mean here. A bound name without a rule is no phrase at all.
        """
        return len(words) in _Reading(self, tuple(words), bound).ends(self.named(phrase, bound), 0)

    def vocabulary(self, phrase: str, bound: Mapping[str, str]) -> frozenset[str]:
        """Every word that the phrase may hold."""
        found, seen, waiting = set[str](), set[str](), [phrase]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                for node in self.named(name, bound).walk():
                    found |= node.words
                    waiting += [node.name] if node.kind == "name" else []
        return frozenset(found)

    def named(self, name: str, bound: Mapping[str, str]) -> Node:
        """What a name means. Raises KeyError where it is not bound and has no rule."""
        return self.rules.get(bound.get(name, name), _NOTHING) if name in bound else self.rules[name]


@dataclass(frozen=True, slots=True)
class _Reading:
    """One reading of some words: where each part of a rule may end that begins at a word."""

    grammar: Grammar
    words: tuple[str, ...]
    bound: Mapping[str, str]
    known: dict[tuple[int, int], frozenset[int]] = field(default_factory=dict)

    def ends(self, node: Node, start: int) -> frozenset[int]:
        if node.kind == "word":
            return frozenset({start + 1} if start < len(self.words) and self.words[start] in node.words else ())
        key = (id(node), start)
        if key not in self.known:
            self.known[key] = frozenset()  # a rule that begins with itself reads nothing there
            self.known[key] = frozenset(self._ends(node, start))
        return self.known[key]

    def _ends(self, node: Node, start: int) -> set[int]:
        match node.kind:
            case "name":
                return set(self.ends(self.grammar.named(node.name, self.bound), start))
            case "choice":
                return {end for part in node.parts for end in self.ends(part, start)}
            case "repeat":
                reached, new = {start}, {start}
                while new:
                    new = {end for at in new for end in self.ends(node.parts[0], at)} - reached
                    reached |= new
                return reached
        reached = {start}
        for part in node.parts:
            reached = {end for at in reached for end in self.ends(part, at)}
        return reached


_NOTHING = Node("choice")


@cache
def load_grammar() -> Grammar:
    """The grammar of the first and last lines, read once."""
    folder = files("proactive.text.ai") / "phrases"
    words, phrases = (
        "\n\n".join((folder / name).read_text("utf-8") for name in names)
        for names in (("words.txt", "safe_words.txt"), ("grammar.txt", "safe.txt"))
    )
    return parsed_grammar(words, phrases)


def parsed_grammar(words: str, phrases: str) -> Grammar:
    """The grammar of the contents of its two files.

    Raises:
        ValueError: a phrase has a bracket too many.
    """
    classes = {name: frozenset(listed.split()) for name, listed in _entries(words, ":")}
    rules = {name: Node("word", listed) for name, listed in classes.items()}
    rules |= {name: _parsed(rule) for name, rule in _entries(phrases, " =")}
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
