"""A message's text as words and numbers, as a reader sees them: what is blank for the checks of figures is left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import Enum

from proactive.words.number_words import (
    ARTICLES,
    DETERMINERS,
    MULTIPLIERS,
    NONE,
    PARTS,
    WITHOUT,
    folded,
    number_in_words,
)

#: Stands for each character that is blank: values of names that are no figures, lists, the text for clients.
BLANK = "\ue000"


class TokenKind(Enum):
    """What a token of a message is. A `MOMENT` is a time or date, which is no count."""

    WORD = "word"
    NUMBER = "number"
    MOMENT = "moment"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class ReadToken:
    """A word or number of a message: characters from `start` to before `end`.

    `gap` is what stands before it: 0 nothing but blanks, 1 a comma or sign, 2 the end of a sentence, 3 of a line, 4 an
    empty line. A number's `value` is None where it is none that a figure could be (`12%`, `12+`, `-12`); `money` says
    that it is in reais.
    """

    kind: TokenKind
    text: str
    start: int
    end: int
    gap: int = 0
    value: Decimal | None = None
    money: bool = False

    @property
    def parts(self) -> Sequence[str]:
        """The word's parts between hyphens."""
        return self.text.split("-")


#: Whether a folded word is one by which a figure is stated (`dia` aside where the second argument is True).
FigureWord = Callable[[str, bool], bool]

_PATTERN = re.compile(
    rf"(?P<blank>{BLANK}+)"
    r"|(?P<moment>(?<![\w:/.,])(?:\d{1,2}h(?:\d{2})?|\d{1,2}:\d{2}|\d{1,2}/\d{1,2}(?:/\d{2,4})?)(?![\w/:%]))"
    r"|(?P<number>(?:[Rr]\$[ \u00a0]?-?)?\d+(?:[.,]\d+)*)"
    r"|(?P<reais>[Rr]\$)"
    r"|(?P<word>[^\W\d_]+(?:['’-][^\W\d_]+)*)"
)
_ROMAN = re.compile(r"(?=[MDCLXVI]{2,})M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_MARKUP = "*_"
_ATTACHED_BEFORE = "+-−–±<>≤≥≈#/×÷^%"
_COMPARED_BEFORE = "+±<>≤≥≈×÷"
_ATTACHED_AFTER = "%‰+°ºª"
_RANGE = "-–−/"
_SENTENCE_END = re.compile(r"[.!?;…](?:\s|$)")


def tokens_of(text: str, whole: str, is_figure_word: FigureWord) -> list[ReadToken]:
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
    return _with_words(found, is_figure_word)


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
    if _ROMAN.fullmatch(said):
        return ReadToken(TokenKind.NUMBER, said, start, end)
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


def _with_words(tokens: list[ReadToken], is_figure_word: FigureWord) -> list[ReadToken]:
    """The tokens with numbers in words, `nenhum` and `sem` as numbers; multiplied digits as none."""
    found: list[ReadToken] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        taken, value = _number_at(tokens, place, is_figure_word)
        if taken:
            last = tokens[place + taken - 1]
            said = " ".join(each.text for each in tokens[place : place + taken])
            found.append(ReadToken(TokenKind.NUMBER, said, token.start, last.end, token.gap, value))
            place += taken
            continue
        if token.kind is TokenKind.NUMBER and _multiplied(tokens, place):
            token = replace(token, value=None)
        found.append(token)
        place += 1
    return found


def _number_at(tokens: list[ReadToken], place: int, is_figure_word: FigureWord) -> tuple[int, Decimal | None]:
    """How many tokens from a place are a number in words, and which."""
    token = tokens[place]
    if token.kind is not TokenKind.WORD:
        return 0, None
    following = tokens[place + 1] if place + 1 < len(tokens) else None
    if token.text in NONE:
        return 1, Decimal(0)
    if token.text == WITHOUT:
        return (1, Decimal(0)) if _before_figure(tokens, place + 1, is_figure_word) else (0, None)
    if token.text in PARTS:
        return (1, None) if any(_is_word(each, is_figure_word) for each in tokens[place + 1 : place + 4]) else (0, None)
    value, taken = number_in_words([each.text for each in _row(tokens, place)])
    if not taken:
        return 0, None
    if taken == 1 and token.text in ARTICLES:
        direct = following is not None and following.gap == 0 and following.kind is TokenKind.WORD
        counts = direct and following is not None and is_figure_word(following.text, True)
        return (1, Decimal(1)) if counts else (0, None)
    after = place + taken
    odd = after < len(tokens) and tokens[after].text in MULTIPLIERS and tokens[after].gap == 0
    return taken, None if odd else Decimal(value)


def _row(tokens: list[ReadToken], place: int) -> list[ReadToken]:
    """The words from a place on that nothing but blanks stands between; at most eight."""
    row = [tokens[place]]
    for token in tokens[place + 1 : place + 8]:
        if token.gap or token.kind is not TokenKind.WORD:
            break
        row.append(token)
    return row


def _before_figure(tokens: list[ReadToken], place: int, is_figure_word: FigureWord) -> bool:
    for token in tokens[place : place + 2]:
        if token.gap > 1 or token.kind is not TokenKind.WORD:
            return False
        if is_figure_word(token.text, False):
            return True
        if token.text not in DETERMINERS:
            return False
    return False


def _is_word(token: ReadToken, is_figure_word: FigureWord) -> bool:
    return token.kind is TokenKind.WORD and is_figure_word(token.text, False)


def _multiplied(tokens: list[ReadToken], place: int) -> bool:
    following = tokens[place + 1] if place + 1 < len(tokens) else None
    return (
        following is not None and following.kind is TokenKind.WORD and following.gap == 0
        and following.text in MULTIPLIERS
    )  # fmt: skip
