"""A small grammar of phrases: whether words, in their order, are a phrase by its rules.

The time of a check grows with the words and the rules, not with the ways to read them: no text can make it slow. Most
rules are not even tried, because each part of one knows the words with which it may begin.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(slots=True, eq=False)
class Node:
    """A part of a rule: one `word` of a set, a `name`, or a `sequence`, `choice` or `repeat` of `parts`.

    `first` has a bit for each word with which it may begin; `empty` says whether it may be no word at all.
    """

    kind: Literal["word", "name", "sequence", "choice", "repeat"]
    words: frozenset[str] = frozenset()
    name: str = ""
    parts: tuple[Node, ...] = ()
    first: int = 0
    empty: bool = False

    def walk(self) -> Iterator[Node]:
        """The node and every node in it."""
        yield self
        for part in self.parts:
            yield from part.walk()


class Grammar:
    """Phrases. `classes` are the words of each class, `rules` the phrases and the classes.

    A name without a rule is bound when words are read, to one of the rules whose names begin with it: `part_night`
    for `part`, and `rest_night` for `rest_now`.
    """

    def __init__(self, classes: Mapping[str, frozenset[str]], rules: Mapping[str, Node]) -> None:
        self.classes, self.rules = classes, rules
        nodes = [node for rule in rules.values() for node in rule.walk()]
        words = sorted(frozenset[str]().union(*(node.words for node in nodes)))
        self._bits = {word: 1 << at for at, word in enumerate(words)}
        _find_first(nodes, rules, self._bits)

    def accepts(self, phrase: str, words: Sequence[str], bound: Mapping[str, str]) -> bool:
        """Whether all the `words`, in lower case, are the phrase of that name.

        `bound` says which rule some names mean here. A bound name without a rule is no phrase at all.
        """
        bits = [self._bits.get(word, 0) for word in words]
        if not all(bits):
            return False
        return bool(_Reading(self, bits, bound).ends(self.named(phrase, bound), 0) >> len(words))

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


class _Reading:
    """One reading of some words: where each part of a rule may end that begins at a word, as the bits of a number."""

    def __init__(self, grammar: Grammar, words: Sequence[int], bound: Mapping[str, str]) -> None:
        self._grammar, self._bound = grammar, bound
        self._words = [*words, 0]
        self._known: list[dict[Node, int]] = [{} for _ in self._words]

    def ends(self, node: Node, start: int) -> int:
        if not node.first & self._words[start]:
            return 1 << start if node.empty else 0
        if node.kind == "word":
            return 2 << start
        known = self._known[start]
        if node not in known:
            known[node] = 0  # a rule that begins with itself reads nothing there
            known[node] = self._ends(node, start)
        return known[node]

    def _ends(self, node: Node, start: int) -> int:
        match node.kind:
            case "name":
                return self.ends(self._grammar.named(node.name, self._bound), start)
            case "choice":
                reached = 0
                for part in node.parts:
                    reached |= self.ends(part, start)
                return reached
            case "repeat":
                reached = new = 1 << start
                while new:
                    new = self._all_ends(node.parts[0], new) & ~reached
                    reached |= new
                return reached
        reached = 1 << start
        for part in node.parts:
            reached = self._all_ends(part, reached)
        return reached

    def _all_ends(self, node: Node, starts: int) -> int:
        reached = 0
        while starts:
            start = starts.bit_length() - 1
            starts ^= 1 << start
            reached |= self.ends(node, start)
        return reached


_NOTHING = Node("choice")


def _find_first(nodes: Sequence[Node], rules: Mapping[str, Node], bits: Mapping[str, int]) -> None:
    """Sets `first` and `empty` of every node: again and again, until nothing changes."""
    meant = {node.name: _meant(node.name, rules) for node in nodes if node.kind == "name"}
    kept: dict[int, int] = {}  # many begin alike, and a number of a bit a word is large
    changed = True
    while changed:
        changed = False
        for node in reversed(nodes):
            first, empty = _first(node, meant, bits)
            if (first, empty) != (node.first, node.empty):
                node.first, node.empty, changed = kept.setdefault(first, first), empty, True


def _meant(name: str, rules: Mapping[str, Node]) -> list[Node]:
    if name in rules:
        return [rules[name]]
    stem = name.removesuffix("_now") + "_"
    return [rule for other, rule in rules.items() if other.startswith(stem)]


def _first(node: Node, meant: Mapping[str, Iterable[Node]], bits: Mapping[str, int]) -> tuple[int, bool]:
    if node.kind == "word":
        return sum(bits[word] for word in node.words), False
    if node.kind == "sequence":
        first = 0
        for part in node.parts:
            first |= part.first
            if not part.empty:
                return first, False
        return first, True
    parts = meant[node.name] if node.kind == "name" else node.parts
    first, empty = 0, node.kind == "repeat"
    for part in parts:
        first, empty = first | part.first, empty or part.empty
    return first, empty
