"""The fidelity of a rephrased text: whether it is as true as the built-in one. What is unclear counts as untrue.

The lines that hold data (lists, texts for clients, the closing question) must come back word for word and
in order: `kept_lines`. Everything around them is free prose, which must state each figure of `required`, by
its own words, and no other number, name or news.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from proactive.text.ai.figures import misstated
from proactive.text.ai.pseudonyms import PLACEHOLDER
from proactive.text.ai.words import is_news, may_be_name, words_of
from proactive.text.required_figures import RequiredFigure

_DATA_LINE = re.compile(r"- |\d+\. |… e mais |🎯 |⏰ ")
_ADDRESS = re.compile(r"://|@|[^\W\d_]\.[^\W\d_]{2,}")
_FOREIGN_MONEY = re.compile(r"(?<!R)\$|[£€¥₿]")
# The emoji joiner, the emoji variation selector and the no-break space may stay.
_HARMLESS = "\u200d\ufe0f\xa0"


def kept_lines(layout: str) -> list[str]:
    """The lines of the built-in text that a rephrasing may not touch, in order."""
    lines = layout.splitlines()
    kept = [line for line, is_quoted in _with_quotes(lines) if is_quoted or _is_data(line)]
    question = lines[-1]
    return [*kept, question] if question.endswith("?") and question not in kept[-1:] else kept


def why_unfaithful(text: str, layout: str, required: Sequence[RequiredFigure]) -> str | None:
    """The reason why `text` may not stand in for `layout`, an English sentence without any data; None if it may.

    Both texts hold placeholders where people's data goes, and composed characters (NFC).
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    kept = kept_lines(layout)
    prose = [line for line in lines if line not in kept]
    built_in = [line for line in layout.splitlines() if line and line not in kept]
    if not lines:
        return "It is empty."
    if any(_is_disguised(character) for line in lines for character in line):
        return "It holds characters that no message of ours does."
    if [line for line in lines if line in kept] != kept:
        return "It changes, moves, repeats or leaves out a line that must stay word for word."
    if kept and layout.endswith(kept[-1]) and lines[-1] != kept[-1]:
        return "It does not end as it must."
    return _fault_of_prose(prose, built_in) or misstated(prose, required)


def _fault_of_prose(prose: list[str], built_in: list[str]) -> str | None:
    text, known = "\n".join(prose), {word.casefold() for line in built_in for word in words_of(line)}
    said = [word for word in words_of(text) if word.casefold() not in known]
    if PLACEHOLDER.search(text) or "[[" in text or "]]" in text:
        return "It uses a placeholder outside the lines that hold it."
    if _ADDRESS.search(text) or _FOREIGN_MONEY.search(text):
        return "It holds an address or a currency that the facts do not."
    if len(text) > 2 * len("\n".join(built_in)) + 200:
        return "It says much more than the facts."
    if any(may_be_name(word) for word in said):
        return "It may hold a name that the facts do not."
    if any(is_news(word.casefold()) for word in said):
        return "It may say something that the facts do not."
    return None


def _with_quotes(lines: list[str]) -> Iterator[tuple[str, bool]]:
    quoting = False
    for line in lines:
        opens = line.startswith('"')
        yield line, quoting or opens
        quoting = (quoting or opens) and not (line.endswith('"') and len(line) > 1)


def _is_data(line: str) -> bool:
    return _DATA_LINE.match(line) is not None or PLACEHOLDER.search(line) is not None


def _is_disguised(character: str) -> bool:
    """Whether a character is invisible, breaks formatting, or is a disguised digit or letter (`①`, `１`, Cyrillic)."""
    if character.isascii():
        return character in "`~" or not character.isprintable()
    category = unicodedata.category(character)
    plain = unicodedata.normalize("NFKC", character)
    is_foreign = category.startswith(("L", "N")) and "LATIN" not in unicodedata.name(character, "")
    is_hidden = category[0] in "CMZ" and character not in _HARMLESS
    return is_hidden or is_foreign or any(sign.isascii() and sign.isalnum() for sign in plain)
