"""Tables: a row a line where it fits, ids whole where it does not, never wider than the terminal."""

from __future__ import annotations

import pytest

from proactive.cli.tables import facts, table

ID = "daily_summary-3f1e9c6a-0d2b-4c57-9a55-0c1f6a8f2b11-1a2b3c4d"
ROWS = [("failed", "daily_summary", "Dona Helena (Clínica Veterinária São Francisco de Assis)", "11-23 18:00:05", ID),
        ("sent", "birthdays", "Ana 🐾 (Patas)", "11-23 09:00:00", "short")]  # fmt: skip
HEADINGS, BELOW = ("state", "what", "whom", "when (UTC)"), ("job",)


@pytest.fixture(params=[40, 60, 80])
def width(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("COLUMNS", str(request.param))
    return int(request.param)


def test_no_line_is_wider_than_the_terminal_and_an_id_stays_whole(width: int) -> None:
    shown = table(HEADINGS, ROWS, BELOW).splitlines()
    assert max(map(len, shown)) <= width
    if width >= len(ID) + 4:
        assert f"    {ID}" in shown


def test_what_fits_is_one_line_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    shown = table(HEADINGS, ROWS, BELOW).splitlines()
    assert len(shown) == 3
    assert shown[0].split() == ["state", "what", "whom", "when", "(UTC)", "job"]
    assert shown[1].endswith(ID)


def test_nobody_knows_the_width_of_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert max(map(len, table(HEADINGS, ROWS, BELOW).splitlines())) <= 80


def test_a_cell_stays_as_it_is_written_and_moves_no_cursor() -> None:
    shown = table(("id", "name"), [("007", None), ("1e5", "Ana"), ("[red]x[/]", "a\x1b[2Jb\nc")])
    assert shown.split() == ["id", "name", "007", "-", "1e5", "Ana", "[red]x[/]", "a", "[2Jb", "c"]


def test_facts_go_on_under_themselves(width: int) -> None:
    shown = facts([("organisation", "Patas & Cia"), ("reason", "the gateway cannot be reached " * 4)]).splitlines()
    assert max(map(len, shown)) <= width
    assert shown[0] == "organisation  Patas & Cia"
    assert all(line.startswith(" " * 14) for line in shown[2:])
