"""A message's text as words and numbers, as a reader sees them: what is blank for the checks of figures is left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import Enum

from proactive.words.number_words import folded

#: Stands for each character that is blank: values of names that are no figures, lists, the text for clients.
BLANK = "\ue000"


class TokenKind(Enum):
    """What a token of a message is. A `MOMENT` is a time or date (or `XII`, 💯): a count only directly at a word."""

    WORD = "word"
    NUMBER = "number"
    MOMENT = "moment"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class ReadToken:
    """A word or number of a message: characters from `start` to before `end`.

    `gap` is what stands before it: 0 nothing but blanks, 1 a comma or sign, 2 the end of a sentence, 3 of a line, 4 an
    empty line. A number's `value` is None where it is none that a figure could be (`12%`, `12+`, `-12`); `money` says
    that it is in reais, `multiplied` that a word follows which makes more of it (`12 mil`).
    """

    kind: TokenKind
    text: str
    start: int
    end: int
    gap: int = 0
    value: Decimal | None = None
    money: bool = False
    multiplied: bool = False

    @property
    def parts(self) -> Sequence[str]:
        """The word's parts between hyphens."""
        return self.text.split("-")


_PATTERN = re.compile(
    rf"(?P<blank>{BLANK}+)"
    r"|(?P<moment>(?<![\w:/.,])(?:\d{1,2}h(?:\d{2})?|\d{1,2}:\d{2}|\d{1,2}/\d{1,2}(?:/\d{2,4})?)(?![\w/:%]))"
    r"|(?P<number>(?:[Rr]\$[ \u00a0]?-?)?\d+(?:[.,]\d+)*)"
    r"|(?P<reais>[Rr]\$)"
    r"|(?P<hundred>💯)"
    r"|(?P<word>[^\W\d_]+(?:['’-][^\W\d_]+)*)"
)
_ROMAN = re.compile(r"(?=[MDCLXVI]{2,})M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_MARKUP = "*_"
_ATTACHED_BEFORE = "+-−–±<>≤≥≈#/×÷^%"
_COMPARED_BEFORE = "+±<>≤≥≈×÷"
_ATTACHED_AFTER = "%‰+°ºª"
_RANGE = "-–−/"
_SENTENCE_END = re.compile(r"[.!?;…](?:\s|$)")


def tokens_of(text: str, whole: str) -> list[ReadToken]:
    """The words and numbers of a text in which `BLANK` stands for what is not read; `whole` has that too."""
    found: list[ReadToken] = []
    end = 0
    for match in _PATTERN.finditer(text):
        token = _token(whole, match)
        between = text[end : token.start]
        if found and not between.strip(" \t\u00a0") and token.kind is found[-1].kind is TokenKind.NUMBER:
            # `1 234` may be one number
            token, found[-1] = replace(token, value=None), replace(found[-1], value=None)
        found.append(replace(token, gap=_gap(between)))
        end = token.end
    return found


def amount(text: str) -> Decimal | None:
    """The number that digits say: `1.450,00`, `1.234`, `12,5`; None where they say none."""
    digits = re.sub(r"^[Rr]\$[ \u00a0]?", "", text)
    if re.fullmatch(r"-?\d{1,3}(?:\.\d{3})+(?:,\d+)?|-?\d+(?:,\d+)?", digits):
        digits = digits.replace(".", "").replace(",", ".")
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None


def _token(whole: str, match: re.Match[str]) -> ReadToken:
    start, end, said = match.start(), match.end(), match.group()
    if match.lastgroup == "blank":
        return ReadToken(TokenKind.BLANK, "", start, end)
    if match.lastgroup == "moment":
        return ReadToken(TokenKind.MOMENT, said, start, end)
    if match.lastgroup == "number":
        value = None if is_adorned(whole, start, end) else amount(said)
        return ReadToken(TokenKind.NUMBER, said, start, end, 0, value, said[0] in "Rr")
    if match.lastgroup == "hundred" or _ROMAN.fullmatch(said):
        return ReadToken(TokenKind.MOMENT, said, start, end)
    return ReadToken(TokenKind.WORD, folded(said), start, end)


def is_adorned(text: str, start: int, end: int) -> bool:
    """Whether something stands at digits that makes another number of them: a sign, a letter, `%`, more digits."""
    before, after = text[:start].rstrip(_MARKUP), text[end:].lstrip(_MARKUP)
    last, following = before[-1:], after[:1]
    decimal = last in (".", ",") and not before[-2:-1].isalpha()
    if last and (last.isalnum() or last in _ATTACHED_BEFORE or decimal):
        return True
    if before.rstrip()[-1:] and before.rstrip()[-1] in _COMPARED_BEFORE:
        return True
    if following and (following.isalnum() or following in _ATTACHED_AFTER):
        return True
    if following and following in _RANGE and after[1:2].isdigit():
        return True
    return after.lstrip(" \u00a0")[:1] in tuple("%‰+×÷")


def _gap(between: str) -> int:
    if between.count("\n") > 1:
        return 4
    if "\n" in between:
        return 3
    if _SENTENCE_END.search(between):
        return 2
    return 1 if between.strip(" \t\u00a0:*_\"'“”") else 0
