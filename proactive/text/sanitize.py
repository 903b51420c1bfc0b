"""Names as people stored them, made safe to stand in a message: one line, no markup, at most 60 characters."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

#: Longest name that is shown, in characters.
NAME_LIMIT = 60

_MARKUP = frozenset("*_~`")
# Blank-looking letters that people type to have an invisible name; no Unicode category singles them out.
_BLANKS = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")
# Control, format (bidi, zero width), surrogate, private use, unassigned.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_JOINER = "\u200d"


@lru_cache(maxsize=2048)
def clean_name(raw: str | None) -> str | None:
    """`raw` as one line without WhatsApp markup and invisible characters; None if nothing is left.

    Whitespace of any kind (line breaks too) becomes one space. Longer names are cut at 60 characters,
    before a character whose accents or skin tone would be cut off.
    """
    kept = "".join(c for c in raw or "" if c.isspace() or _is_shown(c))
    line = " ".join(kept.split())
    return _cut(line).rstrip() or None


def first_name(raw: str | None) -> str | None:
    """The first word of the clean name; None if there is no name."""
    name = clean_name(raw)
    return name.split(" ")[0] if name else None


def clean_text(raw: str | None) -> str | None:
    """Free text for clients as its author wrote it, markup, emoji and line breaks kept; None if it is blank.

    Only what cannot be seen goes: control, bidi and zero-width characters (but the emoji joiner stays).
    """
    lines = ("".join(filter(_is_printable, line)).rstrip() for line in (raw or "").splitlines())
    return "\n".join(lines).strip() or None


def _is_shown(character: str) -> bool:
    hidden = character in _MARKUP or character in _BLANKS
    return not hidden and unicodedata.category(character) not in _UNPRINTABLE


def _is_printable(character: str) -> bool:
    return character == _JOINER or unicodedata.category(character) not in _UNPRINTABLE


def _cut(line: str) -> str:
    end = min(len(line), NAME_LIMIT)
    while 0 < end < len(line) and _belongs_to_previous(line[end]):
        end -= 1
    return line[:end] if end else line[:NAME_LIMIT]


def _belongs_to_previous(character: str) -> bool:
    return unicodedata.category(character).startswith("M") or ord(character) in _SKIN_TONES
