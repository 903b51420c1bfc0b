"""Numbers that a text says in words, as tokens: `doze`, `nenhum`, `sem`, `um` where it counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from proactive.words.number_words import ARTICLES, DETERMINERS, MULTIPLIERS, NONE, PARTS, WITHOUT, number_in_words
from proactive.words.read_tokens import ReadToken, TokenKind

#: Whether a folded word is one by which a figure is stated; the second argument: as the word after `um`.
FigureWord = Callable[[str, bool], bool]


def with_numbers_in_words(tokens: list[ReadToken], is_figure_word: FigureWord) -> list[ReadToken]:
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
            token = replace(token, value=None, multiplied=True)
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
