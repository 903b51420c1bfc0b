"""Every number that a Portuguese text states, in digits or in words, as one comparable value each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from proactive.text.required_figures import plain

_UNITS = "zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze"
_TENS = "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa"
_HUNDREDS = "cem duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos"
_WORDS = (
    {word: value for value, word in enumerate(_UNITS.split())}
    | {"uma": 1, "duas": 2, "tres": 3, "quatorze": 14, "dezasseis": 16, "dezesseis": 16, "dezassete": 17}
    | {"dezessete": 17, "dezoito": 18, "dezanove": 19, "dezenove": 19, "cinqüenta": 50, "cento": 100}
    | {word: 10 * value for value, word in enumerate(_TENS.split(), start=2)}
    | {word: 100 * value for value, word in enumerate(_HUNDREDS.split(), start=1)}
    | {word.replace("os", "as"): 100 * value for value, word in enumerate(_HUNDREDS.split(), start=1)}
    | {"nenhum": 0, "nenhuma": 0}
)
_MORE = r"\d+(?:[.,:/\-–]\d+|\s?[hH]\d+)*"
_DIGITS = re.compile(rf"(?P<money>R\$\s?)?[-−–+]?{_MORE}(?:\s?%|[^\W\d_]+|[ºª])?")
_WORD = re.compile(r"[^\W\d_]+")
_RUN = re.compile(r"[^\W\d_]+(?:\s+[^\W\d_]+)*")
_GROUPED = re.compile(r"\d{1,3}(\.\d{3})+(,\d+)?")
_PLAIN = re.compile(r"\d+([.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text. `value` is a plain decimal (`1450`, `0.5`), or the characters themselves where they are
    no plain number (`14:30`, `10%`, `22/11`, `12k`), so that those equal nothing else.

    `is_money` is whether `R$` stands before it; `is_article` whether it may be no number at all (um, uma).
    """

    start: int
    end: int
    value: str
    is_money: bool = False
    is_article: bool = False


def find_numbers(text: str) -> list[Number]:
    """The numbers of `text`, in order: `1.450,00`, `1450` and `mil quatrocentos e cinquenta` are one value."""
    return sorted([*_in_digits(text), *_in_words(text)], key=lambda number: number.start)


def _in_digits(text: str) -> Iterator[Number]:
    for found in _DIGITS.finditer(text):
        prefix = found["money"] or ""
        written = found[0][len(prefix) :]
        yield Number(found.start(), found.end(), _value(written), is_money=bool(prefix))


def _value(written: str) -> str:
    if _GROUPED.fullmatch(written):
        return plain(Decimal(written.replace(".", "").replace(",", ".")))
    if _PLAIN.fullmatch(written):
        return plain(Decimal(written.replace(",", ".")))
    return written.replace(" ", "")


def _in_words(text: str) -> Iterator[Number]:
    for run in _RUN.finditer(text):
        words = list(_WORD.finditer(text, run.start(), run.end()))
        spoken = [word[0].casefold() for word in words]
        start = 0
        while start < len(words):
            end = _end_of_number(spoken, start)
            if end > start:
                value = plain(_spoken_value([word for word in spoken[start:end] if word != "e"]))
                article = spoken[start:end] in (["um"], ["uma"])
                yield Number(words[start].start(), words[end - 1].end(), value, is_article=article)
            start = max(end, start + 1)


def _end_of_number(words: list[str], start: int) -> int:
    end = start
    while end < len(words):
        joint = end > start and words[end] == "e" and end + 1 < len(words)
        following = end + 1 if joint else end
        if following > start and not _continues(words[start:end], words[following]):
            break
        if words[following] not in _WORDS and words[following] != "mil":
            break
        end = following + 1
    return end


def _continues(spoken: list[str], word: str) -> bool:
    last = spoken[-1]
    if word == "mil":
        return "mil" not in spoken
    if word not in _WORDS or _WORDS[word] == 0:
        return False
    if last == "mil":
        return True
    return (_WORDS[last] >= 100 > _WORDS[word]) or (_WORDS[last] in range(20, 100, 10) and _WORDS[word] < 10)


def _spoken_value(spoken: list[str]) -> int:
    if "mil" not in spoken:
        return sum(_WORDS[word] for word in spoken)
    at = spoken.index("mil")
    thousands, rest = (sum(_WORDS[word] for word in part) for part in (spoken[:at], spoken[at + 1 :]))
    return max(1, thousands) * 1000 + rest
