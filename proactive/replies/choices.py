"""The reading of what an owner says about Aurora's own messages: which to send, when, and which not. By rules alone.

A rule (`choices.lark`) must consume the whole text: a question mark, a hedge or an unknown word leave no choice. What
names a message and speaks of sending, and is read by no rule, is unclear. Source: the product's rules for timing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from lark import Token, Tree

from proactive.replies.grammar import ReplyGrammar, grammar
from proactive.replies.normalisation import NormalText, normalise
from proactive.replies.times import number


class ChoiceKind(StrEnum):
    """What an owner's text says about Aurora's own messages; but for the last two it is the name of its rule."""

    HOUR = "hour"
    OFF = "off"
    ON = "on"
    STOP_WHAT = "stop_what"
    PICKS = "picks"
    EVERYTHING = "everything"
    NONE = "none"
    HOUR_ALONE = "hour_alone"
    MINE = "mine"
    THEIRS = "theirs"
    ASKS = "asks"
    UNCLEAR = "unclear"


#: What Aurora asked last: which to stop, at what time, whether an hour is the clients'.
Awaited = Literal["stop", "hour", "whose"]
_RULES = ("hour", "off", "on", "asks")
_ANSWERS: dict[Awaited, tuple[str, ...]] = {
    "stop": ("picks", "everything", "none"), "hour": ("hour_alone",), "whose": ("mine", "theirs"),
}  # fmt: skip
_STARTS = (*_RULES, "stop_what", "type", *(name for names in _ANSWERS.values() for name in names))
#: A verb of sending or ending in any form, a denial of wanting, an hour; `aviso` is a name, and `para` mostly leads on.
_VERB = re.compile(
    r"\b(?:mand|envi|receb)[a-z]+\b|\bavis(?!os?\b)[a-z]+\b|\b(?:des|re)?lig[a-z]+\b|\bvolt[a-z]+\b"
    r"|\bpar(?:e|ar|em|ou|ei|ando|aram|aria|asse)\b|(?:^|, )(?:nao )?para\b|\bpara (?:de|com)\b"
    r"|\b(?:nao|n|ñ|nn|naum) (?:\w+ )?quer[a-z]*\b|\bchega (?:de|do|da|dos|das)\b"
    r"|\b\d{1,2}(?:[:h]\d{2}| h\w*)\b|\b(?:as|pras) (?:\d{1,2}|[a-z]+ (?:da|e meia)) |\b(?:as|pras) \d{1,2}$"
    r"|\bmeio dia\b"
)
#: `não não quero`: which of the two is meant?
_DENIED_TWICE = re.compile(r"\b(?:n[aã]o|n|ñ|nn|naum)\b[\s,.!]+(?:n[aã]o|n|ñ|nn|naum)\b", re.IGNORECASE)
#: Words of a name of a message at most, and of a text that is looked through for names.
_LONGEST_NAME, _MOST_WORDS = 4, 60
_QUOTES = "\"“”'«»"


@dataclass(frozen=True, slots=True)
class ChoiceContext:
    """What a text may be about: the type of the message that it `quotes` (ours, that can be chosen), and what Aurora
    `awaits` the answer to."""

    quotes: str | None = None
    awaits: Awaited | None = None


@dataclass(frozen=True, slots=True)
class SaidHour:
    """An hour as it was said: the local times that it may mean."""

    times: tuple[dt.time, ...]


@dataclass(frozen=True, slots=True)
class ChoiceReading:
    """What a text says: of which `types`, at which `hour`; `numbers` are places of a list, from 1."""

    kind: ChoiceKind
    types: tuple[str, ...] = ()
    hour: SaidHour | None = None
    numbers: tuple[int, ...] = ()

    @property
    def chooses(self) -> bool:
        """Whether it switches a named type, or says its hour."""
        return self.kind in (ChoiceKind.HOUR, ChoiceKind.OFF, ChoiceKind.ON)


def read_choice(written: str, context: ChoiceContext) -> ChoiceReading | None:
    """What an owner's text says about Aurora's own messages; None where it is about something else. Never raises."""
    text = normalise(written.strip().strip(_QUOTES), lambda word: word in choice_grammar().words)
    sure = not (text.struck or text.strange or _DENIED_TWICE.search(written))
    found = next(_readings(text, context), None) if sure else None
    if found is not None:
        return found
    named = _named_types(text.words) if _VERB.search(text.words) else ()
    return ChoiceReading(ChoiceKind.UNCLEAR, named) if named else None


def choice_grammar() -> ReplyGrammar:
    """The rules of choices, read once a process."""
    return grammar("choices", _STARTS)


def _readings(text: NormalText, context: ChoiceContext) -> Iterator[ChoiceReading]:
    plain = text.words
    answers = _ANSWERS.get(context.awaits, ()) if context.awaits else ()
    for rule in (*answers, *_RULES):
        tree = choice_grammar().parse(plain, rule)
        if tree is None:
            continue
        types = tuple(dict.fromkeys(_types(tree, context)))
        if "" in types:  # `isso`, and nothing that can be chosen is quoted
            continue
        hour = _hour(tree) if rule in ("hour", "hour_alone") else None
        numbers = tuple(_numbers(tree)) if rule == "picks" else ()
        yield ChoiceReading(ChoiceKind(rule), types, hour, numbers)
    if choice_grammar().reads(plain, "stop_what"):
        yield ChoiceReading(ChoiceKind.STOP_WHAT)


def _types(tree: Tree[Token], context: ChoiceContext) -> Iterator[str]:
    """The types that a tree names, in their order; empty for a message that cannot be chosen."""
    for each in tree.children:
        if isinstance(each, Tree):
            if each.data in choice_grammar().names_in("type"):
                yield str(each.data)
            elif each.data == "that":
                yield context.quotes or ""
            else:
                yield from _types(each, context)


def _numbers(tree: Tree[Token]) -> Iterator[int]:
    for token in tree.scan_values(lambda value: isinstance(value, Token) and value.type == "NUMBER"):
        yield number(str(token))


def _hour(tree: Tree[Token]) -> SaidHour:
    """The hour that a tree of `hour` or `hour_alone` says."""
    part = next((name for name in ("morning", "afternoon", "evening") if any(tree.find_data(name))), None)
    minute = 30 if any(tree.find_data("half")) else 0
    said = list(tree.scan_values(lambda value: isinstance(value, Token) and value.type in ("NUMBER", "CLOCK")))
    if any(tree.find_data("at_noon")):
        return _meant(12, number(str(said[0])) if said else minute, "noon")
    first = str(said[0])
    if said[0].type == "CLOCK":
        hour, minute = map(int, first.replace("h", ":").split(":"))
    else:
        hour = number(first)
        minute = number(str(said[1])) if len(said) > 1 else minute
    return _meant(hour, minute, part)


def _meant(hour: int, minute: int, part: str | None) -> SaidHour:
    if not (0 <= hour <= 23 and 0 <= minute <= 59):
        return SaidHour(())
    if part in ("afternoon", "evening") and 1 <= hour < 12:
        hours = {hour + 12}
    elif part is None and 1 <= hour <= 12:
        hours = {hour, (hour + 12) % 24}
    else:
        hours = {hour}
    return SaidHour(tuple(dt.time(each, minute) for each in sorted(hours)))


def _named_types(plain: str) -> tuple[str, ...]:
    """The types that a text names anywhere, in their order."""
    words, found = plain.split()[:_MOST_WORDS], list[str]()
    begin = 0
    while begin < len(words):
        ends = range(min(begin + _LONGEST_NAME, len(words)), begin, -1)
        end = next((end for end in ends if choice_grammar().reads(" ".join(words[begin:end]), "type")), None)
        if end is not None:
            tree = choice_grammar().parse(" ".join(words[begin:end]), "type")
            found += _types(tree, ChoiceContext()) if tree is not None else ()
        begin = end or begin + 1
    return tuple(dict.fromkeys(found))
