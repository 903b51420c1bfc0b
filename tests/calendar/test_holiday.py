"""A holiday's slug is its name as a key."""

from __future__ import annotations

import datetime as dt

import pytest

from proactive.calendar.holiday import Holiday, slug_of


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Corpus Christi", "corpus-christi"), ("Eleições, 1º turno", "eleicoes-1o-turno"), (" Véspera  de Ano-Novo ",
      "vespera-de-ano-novo"), ("Dia do Católico (transferido)", "dia-do-catolico-transferido")],
)  # fmt: skip
def test_a_slug_has_small_letters_figures_and_hyphens(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_a_row_is_what_the_database_takes() -> None:
    holiday = Holiday(dt.date(2026, 7, 9), "SP", "Revolução", "holiday", "Lei 9.497/1997", "x", dt.date(2026, 1, 2))
    assert holiday.as_row() == {
        "day": "2026-07-09", "scope": "SP", "slug": "revolucao", "name": "Revolução", "kind": "holiday",
        "law": "Lei 9.497/1997", "source": "x", "checked_on": "2026-01-02",
    }  # fmt: skip
