"""No cell is ever a formula."""

from __future__ import annotations

import pytest

from proactive.web.csv_cells import without_formula


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_what_a_spreadsheet_would_run_is_text(sign: str) -> None:
    assert without_formula(f"{sign}cmd|' /C calc'!A1") == f"'{sign}cmd|' /C calc'!A1"


@pytest.mark.parametrize("cell", ["", "Maria", "1 + 1", "R$ -5", "12/03"])
def test_any_other_cell_stays(cell: str) -> None:
    assert without_formula(cell) == cell
