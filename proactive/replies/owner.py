"""The reading of an owner's reply: a text and what it may be about in, one reading out.

A rule (`owner.lark`) must consume the whole text. What no rule reads is never an approval; while a campaign is live, a
word of stopping in it pauses the campaign. Source: the product's rules for campaigns, "Reading a reply".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lark import Token, Tree

from proactive.replies import words
from proactive.replies.grammar import ReplyGrammar, grammar
from proactive.replies.normalisation import NormalText, normalise
from proactive.replies.readings import Kind, Reading, ReadingContext
from proactive.replies.times import number, stated_time

_STARTS = (
    "yes", "to_all", "weak_yes", "thanks", "create_yes", "create_for_us", "no", "later", "pause", "wait", "stop",
    "cancel", "resume", "time", "first", "only", "except", "vip", "options", "first_two", "all_options", "percent",
    "text_wanted", "second_thoughts", "nothing", "cost", "who", "how_many", "show", "status",
)  # fmt: skip
_QUESTIONS = (Kind.COST, Kind.WHO, Kind.HOW_MANY, Kind.SHOW, Kind.STATUS)
_OPTIONS = {"primeira": 1, "segunda": 2, "terceira": 3, "primeiro": 1, "segundo": 2, "terceiro": 3}
_NEW_TEXT = re.compile(
    r"\s*(?:(?:muda|mude|troca|troque|altera|altere)\s+(?:o\s+texto|a\s+mensagem|o\s+texto\s+dela)\s+(?:para|pra|por)\s*"
    r"(?::|(?!\s*(?:mim|n[óo]s|gente|favor|gentileza|ficar|algo|outr[oa]|amanh[ãa]|depois)\b))"
    r"|(?:(?:o\s+)?(?:novo\s+)?texto|(?:a\s+)?nova\s+mensagem)\s*:|(?:escrev[ae]|coloca|manda)\s+assim\s*:)\s*(?P<text>\S.*)",
    re.IGNORECASE | re.DOTALL,
)


def read_reply(written: str, heard: ReadingContext) -> Reading:
    """What an owner's reply says, given what it may be about. Never raises; never an approval in doubt."""
    given = _NEW_TEXT.fullmatch(written)
    if given:
        return Reading(Kind.NEW_TEXT, text=given["text"].strip())
    text = normalise(written, is_ours)
    found = next(_readings(text, heard), None) or _unread(text.words, heard)
    starts = found.approves or found.kind is Kind.RESUME
    if starts and not words.may_approve(text):
        return Reading(Kind.UNCLEAR)
    return found


def is_ours(word: str) -> bool:
    """Whether a word stands in one of the rules."""
    stem = words.STOP_STEM.fullmatch(word) and not re.search(r"(.)\1\1", word)
    return word in owner_grammar().words or bool(stem)


def owner_grammar() -> ReplyGrammar:
    """The rules of owners' replies, read once a process."""
    return grammar("owner", _STARTS)


def _parse(text: str, rule: str) -> Tree[Token] | None:
    return owner_grammar().parse(text, rule)


def _readings(text: NormalText, heard: ReadingContext) -> Iterator[Reading]:
    """What the rules read, the first of them counts: what stops before what starts."""
    plain = text.words
    if not plain:
        yield Reading(Kind.NOTHING)
        return
    if words.CLOSED.match(plain):
        return
    yield from _steering(plain, heard)
    if text.greeted and _parse(plain, "weak_yes") and not _parse(plain, "create_yes"):
        yield Reading(Kind.NOTHING)
    yield from _answers(text, heard)
    yield from (Reading(kind) for kind in _QUESTIONS if _parse(plain, kind))
    yield from _changes(plain, heard)
    yield from (Reading(kind) for kind in (Kind.SECOND_THOUGHTS, Kind.NOTHING) if _parse(plain, kind))


def _steering(plain: str, heard: ReadingContext) -> Iterator[Reading]:
    """Stop, pause, cancel, resume, later: what is done with a campaign as a whole."""
    everything = re.search(r"\b(?:tudo|todas|as campanhas)\b", plain) is not None
    if heard.live and re.match(r"(?:para|pare)(?!\w)", plain):
        yield Reading(Kind.STOP, everything=everything)
    for kind in (Kind.STOP, Kind.PAUSE, Kind.CANCEL):
        if _parse(plain, kind):
            yield Reading(kind, everything=everything)
    if _parse(plain, "resume"):
        yield Reading(Kind.RESUME)
    if heard.live and _parse(plain, "wait"):
        yield Reading(Kind.PAUSE)
    if _parse(plain, "later"):
        yield Reading(Kind.LATER)


def _answers(text: NormalText, heard: ReadingContext) -> Iterator[Reading]:
    plain = text.words
    # `bom dia a todos` and `obrigada a todos` greet and thank: everybody alone is an approval only as a whole text
    if _parse(plain, "yes") or (text.whole.startswith(plain) and _parse(plain, "to_all")):
        yield Reading(Kind.YES)
    if heard.asks == "create" and _parse(plain, "create_for_us"):
        yield Reading(Kind.YES)
    if _parse(plain, "weak_yes"):
        full = heard.asks == "create" and (_parse(plain, "create_yes") or _parse(plain, "thanks"))
        yield Reading(Kind.YES) if full else Reading(Kind.WEAK_YES, binds=_parse(plain, "thanks") is None)
    # `não, manda` may mean either
    if _parse(plain, "no") and not re.match(r"(?:nao|n|ñ|nn|naum) , (?!deixa|melhor|esquece|negativo|nao)", plain):
        yield Reading(Kind.NO)


def _changes(plain: str, heard: ReadingContext) -> Iterator[Reading]:
    yield from _chosen(plain, heard)
    if tree := _parse(plain, "time"):
        stated = stated_time(next(iter(tree.find_data("moment"))))
        if stated:
            yield Reading(Kind.TIME, time=stated)
    if _parse(plain, "vip"):
        yield Reading(Kind.ONLY_VIP)
    if tree := _parse(plain, "first"):
        yield Reading(Kind.FIRST, count=_numbers(tree)[0])
    if tree := _parse(plain, "percent"):
        yield Reading(Kind.PERCENT, count=_numbers(tree)[0])
    if _parse(plain, "text_wanted"):
        yield Reading(Kind.TEXT_WANTED)
    for kind in (Kind.EXCEPT, Kind.ONLY):
        if tree := _parse(plain, kind):
            names = tuple(" ".join(map(str, name.children)) for name in tree.find_data("name"))
            yield Reading(kind, names=tuple(sorted(names, key=plain.index)))


def _chosen(plain: str, heard: ReadingContext) -> Iterator[Reading]:
    """Options of a list that the owner was shown."""
    if not heard.options:
        return
    if _parse(plain, "all_options"):
        yield Reading(Kind.OPTIONS)
    if _parse(plain, "first_two"):
        yield Reading(Kind.OPTIONS, options=(1, 2))
    if plain == "segunda" and heard.options > 1:
        yield Reading(Kind.DAY_OR_OPTION)
    if tree := _parse(plain, "options"):
        said = (str(option.children[0]) for option in tree.find_data("option"))
        chosen = {_OPTIONS[each] if each in _OPTIONS else number(each) for each in said}
        if max(chosen) <= heard.options and min(chosen) >= 1:
            yield Reading(Kind.OPTIONS, options=tuple(sorted(chosen)))


def _unread(plain: str, heard: ReadingContext) -> Reading:
    """The reading of a text that no rule reads."""
    if heard.live and words.STOP_STEM.search(plain):
        return Reading(Kind.STOP, by_stem=True)
    ours = all(is_ours(token) or words.GLUE.fullmatch(token) or not token[0].isalpha() for token in plain.split())
    return Reading(Kind.UNCLEAR if heard.quoted or ours or words.OURS.search(plain) else Kind.NOT_FOR_US)


def _numbers(tree: Tree[Token]) -> list[int]:
    return [
        number(token) for token in tree.scan_values(lambda value: isinstance(value, Token) and value.type == "NUMBER")
    ]
