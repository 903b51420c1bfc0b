"""Lines of a CSV file that somebody opens with a spreadsheet: no cell is ever a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

#: What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def without_formula(cell: str) -> str:
    """The cell as text: a name that looks like a formula is nobody's program."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def csv_text(lines: Iterable[Iterable[str]], *, delimiter: str = ",") -> str:
    """The lines as text; nothing in them is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([without_formula(cell) for cell in line] for line in lines)
    return text.getvalue()


def spreadsheet_text(lines: Iterable[Iterable[str]], heading: Sequence[str] | None) -> str:
    """The lines as spreadsheets in Brazil read them: semicolons, and before a `heading` a byte order mark."""
    begins = "" if heading is None else "\ufeff" + csv_text([heading], delimiter=";")
    return begins + csv_text(lines, delimiter=";")
