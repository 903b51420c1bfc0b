"""No cell is ever a formula, and a spreadsheet in Brazil reads the lines."""

from __future__ import annotations

import pytest

from proactive.web.csv_cells import csv_text, spreadsheet_text, without_formula


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_what_a_spreadsheet_would_run_is_text(sign: str) -> None:
    assert without_formula(f"{sign}cmd|' /C calc'!A1") == f"'{sign}cmd|' /C calc'!A1"


@pytest.mark.parametrize("cell", ["", "Maria", "1 + 1", "R$ -5", "12/03"])
def test_any_other_cell_stays(cell: str) -> None:
    assert without_formula(cell) == cell


def test_lines_are_quoted_and_hold_no_formula() -> None:
    assert csv_text([["a", 'b"c', "d,e"], ["=1", "f\ng", ""]]) == 'a,"b""c","d,e"\r\n\'=1,"f\ng",\r\n'


def test_a_spreadsheet_has_its_mark_before_the_heading_alone() -> None:
    assert spreadsheet_text([["+55", "x;y"]], ["Fone", "Nome"]) == '\ufeffFone;Nome\r\n\'+55;"x;y"\r\n'
    assert spreadsheet_text([["z"]], None) == "z\r\n"
