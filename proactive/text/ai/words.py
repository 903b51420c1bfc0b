"""The word lists of the fidelity check: words that are no names, and words that state something new."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

WORD = re.compile(r"[^\W\d_]+")

# "enviei", "enviarei": what Aurora did or will do.
_DEED = re.compile(r"\w+ei")


@cache
def words(name: str) -> frozenset[str]:
    """A word list of the folder `words`, in lower case.

    `common`: may stand capitalised without being anybody's name; words that are also names (Vitória,
    Clara, Rosa) are left out on purpose. `news`: days, hours, rhythms, quantities, ordinals, comparisons,
    gifts. `news_beginnings`: how words for changes, losses, deeds done and things to click begin.
    `harmless_deeds`: what Aurora did only to write this.
    """
    return frozenset((files("proactive.text.ai") / "words" / f"{name}.txt").read_text("utf-8").split())


def words_of(text: str) -> list[str]:
    """The words of `text` as written, numbers and marks left out."""
    return WORD.findall(text)


def is_news(word: str) -> bool:
    """Whether a lower-case word states something that only the built-in text may state."""
    is_deed = _DEED.fullmatch(word) is not None and word not in words("harmless_deeds")
    return is_deed or word in words("news") or word.startswith(tuple(words("news_beginnings")))


def may_be_name(word: str) -> bool:
    """Whether a word, as written, may be a proper name: it has a capital and is no common word."""
    return word != word.lower() and word.casefold() not in words("common")
