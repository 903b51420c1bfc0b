"""Lists of numbers as people have them: a CSV of any spreadsheet becomes keys of numbers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from proactive.errors import InvalidInput
from proactive.gateways.phones import match_key, parse_phone

#: The most lines of a list.
MOST_LINES = 100_000
#: How many odd lines are named; they are all counted.
_NAMED = 100
#: What a list's encoding may be, by its first bytes.
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_HEADINGS = re.compile(r"telefone|phone|n[uú]mero|celular|whats ?app|contato|fone|linha", re.IGNORECASE)
_AREA_HEADINGS = re.compile(r"^\W*(?:ddd|[aá]rea|c[oó]digo de [aá]rea)\W*$", re.IGNORECASE)
#: Brazilian numbers in digits alone, which most lines are: an area code, then a mobile or a fixed number.
_PLAIN = re.compile(r"(?:55)?([1-9][1-9])(9[6-9]\d{7}|[2-5]\d{7})")
#: What a spreadsheet makes of a number.
_AS_NUMBER = re.compile(r"^(\d+)[.,]0+$")
_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class PhoneList:
    """The keys of a list (`match_key`), each once, in its order. `lines` are those with anything on them, `odd` the
    numbers of the first lines (from 1) that hold no usable number, `odd_number` how many there are.
    """

    keys: list[str] = field(default_factory=list)
    lines: int = 0
    odd: list[int] = field(default_factory=list)
    odd_number: int = 0


def read_phone_list(data: bytes) -> PhoneList:
    """The numbers of a CSV file: separated by `;`, `,` or tab, one number a line, in the column that has them.

    Raises:
        InvalidInput: it is no text, has more than `MOST_LINES` lines, or holds no number at all.
    """
    table = _table(_decoded(data))
    if not table:
        raise InvalidInput("The list is empty.")
    if len(table) > MOST_LINES:
        raise InvalidInput(f"The list has more than {MOST_LINES} lines: send it in parts.")
    cell = _number_cell(table)
    keys: dict[str, None] = {}
    odd = []
    for place, (line, cells) in enumerate(table):
        key = _key(cell(cells))
        if key is not None:
            keys[key] = None
        elif place or not _is_heading(cells):
            odd.append(line)
    if not keys:
        raise InvalidInput("No line of the list holds a telephone number with its area code.")
    return PhoneList(list(keys), len(table) - _is_heading(table[0][1]), odd[:_NAMED], len(odd))


def _decoded(data: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    try:
        text = data.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        if encoding is not None:
            raise InvalidInput("The list is no text: save it as CSV.") from None
        text = data.decode("cp1252", "replace")  # what older spreadsheets write
    if "\x00" in text:
        raise InvalidInput("The list is no text: save it as CSV.")
    return text


def _table(text: str) -> list[tuple[int, list[str]]]:
    """The lines with anything on them, with their numbers from 1."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(";\t,", key=first.count) if any(mark in first for mark in ";\t,") else ";"
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error:
        raise InvalidInput("The list is no CSV: a line of it is too long or broken.") from None


def _number_cell(table: Sequence[tuple[int, list[str]]]) -> Callable[[Sequence[str]], str]:
    """What takes the number from a line: the column that is headed so, or that holds the most numbers."""
    sample = [cells for _, cells in table[:_LOOKED_AT]]
    width = max(len(cells) for cells in sample)
    found = {column: sum(_key(_at(cells, column)) is not None for cells in sample) for column in range(width)}
    best = max(found, key=lambda column: (found[column], -column))
    joined = {
        column: sum(_key(_at(cells, column) + _at(cells, column + 1)) is not None for cells in sample)
        for column in range(width - 1)
    }  # an area code in a column of its own
    pair = max(joined, key=lambda column: (joined[column], -column), default=None)
    if pair is not None and joined[pair] > found[best]:
        return lambda cells: _at(cells, pair) + _at(cells, pair + 1)
    return lambda cells: _at(cells, best)


def _is_heading(cells: Sequence[str]) -> bool:
    words = [cell.strip() for cell in cells if cell.strip()]
    named = any(_HEADINGS.search(word) or _AREA_HEADINGS.search(word) for word in words)
    return named and not any(re.search(r"\d{4}", word) for word in words)


def _at(cells: Sequence[str], column: int) -> str:
    return cells[column].strip() if column < len(cells) else ""


def _key(written: str) -> str | None:
    digits = _AS_NUMBER.sub(r"\1", written)
    if _PLAIN.fullmatch(digits):
        return match_key(digits if len(digits) > 11 else f"55{digits}")
    if len(written) > 40:
        return None
    try:
        return match_key(parse_phone(digits).digits)
    except InvalidInput:
        return None


def phone_key(written: str) -> str:
    """The key of one number as a person wrote it.

    Raises:
        UnusablePhone: it is none that can have a WhatsApp account.
    """
    return match_key(parse_phone(written).digits)
