"""What literal text may not hold, because no check of figures sees it: disguised digits, other money, the invisible.

Figures are read from digits and words as everybody writes them. What only looks like one is refused when it is saved.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_JOINER, _KEYCAP, _TEN = "\u200d", "\u20e3", "\U0001f51f"
_SELECTORS = "\ufe0e\ufe0f"
_NO_BREAK_SPACE = "\u00a0"
_BLANK_LOOKING = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_SKIN_TONES = range(0x1F3FB, 0x1F400)
#: Letters beyond the alphabet with accents that people write, and signs that have letters in them.
_PLAIN = frozenset("ªº™©®ℹßæÆœŒøØ")
#: Letters in squares and circles that Unicode does not call letters; words in squares (🆗, 🆕) are emoji.
_ENCLOSED = frozenset({*range(0x1F100, 0x1F18E), 0x1F18F, 0x1F190, *range(0x1F1AD, 0x1F1E6)})
_DOLLARS = frozenset("💲＄﹩")
_REAIS = re.compile(r"(?<![^\W_])[Rr]\$(?![^\W\d_])")

_WORDS = {
    "disguised": "Há um número ou uma letra disfarçada ({shown}). Escreva com letras e números comuns.",
    "other_money": "Só dá para falar de dinheiro com R$ ({shown}).",
    "invisible": "Há um caractere invisível ({shown}). Apague e escreva o trecho de novo.",
    "struck_or_code": "Os sinais ~ e ` riscam ou mudam o texto no WhatsApp. Tire o sinal {shown}.",
    "half_emoji": "Há meio emoji no texto. Apague e ponha o emoji de novo.",
}


def literal_faults(text: str) -> Iterator[tuple[str, str, int]]:
    """What is wrong with literal text: each fault's code, its Portuguese words, and its place in the text."""
    money = {found.start() + 1 for found in _REAIS.finditer(text)}
    for place, character in enumerate(text):
        code = _fault(text, place, money)
        if code is not None:
            yield code, _WORDS[code].format(shown=_shown(character)), place


def unstorable(text: str) -> int | None:
    """The place of a lone surrogate or NUL, which no part of a version may have; None where there is none."""
    return next((place for place, c in enumerate(text) if c == "\x00" or unicodedata.category(c) == "Cs"), None)


def _fault(text: str, place: int, money: set[int]) -> str | None:
    character = text[place]
    if character in " \n\r\t" or (character.isascii() and character.isalnum()):
        return None
    if character in "~`":
        return "struck_or_code"
    category = unicodedata.category(character)
    if category == "Cs":
        return "half_emoji"
    if category == "Sc" or character in _DOLLARS:
        return None if place in money else "other_money"
    if _is_invisible(text, place, category):
        return "invisible"
    return "disguised" if _is_disguised(text, place, category) else None


def _is_invisible(text: str, place: int, category: str) -> bool:
    character, before, after = text[place], text[place - 1 : place], text[place + 1 : place + 2]
    if character in _SELECTORS:
        return not before or before.isspace() or (before.isalnum() and before not in _PLAIN)
    if character == _JOINER:
        joins = bool(before) and (_is_emoji(before) or before in _SELECTORS)
        return not (joins and bool(after) and _is_emoji(after))
    if character == _NO_BREAK_SPACE:
        return False
    if 0xFE00 <= ord(character) <= 0xFE0F or 0xE0100 <= ord(character) <= 0xE01EF:
        return True
    return character in _BLANK_LOOKING or category in ("Cc", "Cf", "Co", "Cn", "Zl", "Zp", "Zs")


def _is_disguised(text: str, place: int, category: str) -> bool:
    character = text[place]
    if character in _PLAIN or character in _SELECTORS or character in (_JOINER, _NO_BREAK_SPACE):
        return False
    if category == "Mn" and _composes(text, place):
        return False
    if category.startswith("M") or category.startswith("N") or character == _TEN or ord(character) in _ENCLOSED:
        return True
    if category.startswith("L"):
        return not _is_latin(character)
    compatible = unicodedata.normalize("NFKC", character)
    return compatible != character and any(each.isalnum() for each in compatible)


def _composes(text: str, place: int) -> bool:
    """Whether an accent stands on a letter that has it in the alphabet (`a` with a tilde of its own)."""
    before = text[place - 1 : place]
    return bool(before) and len(unicodedata.normalize("NFC", before + text[place])) == 1


def _is_latin(character: str) -> bool:
    if unicodedata.normalize("NFKC", character) != unicodedata.normalize("NFC", character):
        return False
    base = unicodedata.normalize("NFD", character)
    return base[0].isascii() and base[0].isalpha()


def _is_emoji(character: str) -> bool:
    return unicodedata.category(character) == "So" or ord(character) in _SKIN_TONES


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    hidden = category[0] in "CZ" or category == "Mn" or character in _BLANK_LOOKING
    return f"U+{ord(character):04X}" if hidden else character
