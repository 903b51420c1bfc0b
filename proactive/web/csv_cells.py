"""Cells of a CSV file that somebody opens with a spreadsheet."""

from __future__ import annotations

#: What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def without_formula(cell: str) -> str:
    """The cell as text: a name that looks like a formula is nobody's program."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
