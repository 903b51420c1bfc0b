"""Prose states the figures that it has to, by the words that say what they are, and no other number."""

from __future__ import annotations

import pytest

from proactive.text.ai.figures import misstated
from proactive.text.required_figures import BOOKING, CLIENT, DAY, RequiredFigure, required

BOOKINGS, CLIENTS = required(12, BOOKING), required(3, CLIENT)
LEFT_OUT = "It leaves out a required figure."
UNKNOWN = "It states a number that the facts do not, or does not say what it is."
DENIED = "It denies a figure."


@pytest.mark.parametrize(
    "line",
    [
        "Foram 12 agendamentos e 3 clientes.",
        "Agendamentos: 12, clientes: 3",
        "Doze agendamentos! Três clientes!",
        "Um dia lindo: 12 agendamentos, 3 clientes",
    ],
)
def test_every_figure_by_its_word_is_enough(line: str) -> None:
    assert misstated([line], (BOOKINGS, CLIENTS)) is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Foram 12 agendamentos.", LEFT_OUT),
        ("Foram 3 agendamentos e 12 clientes.", UNKNOWN),
        ("Foram 12 agendamentos, 3 clientes e 4 pets.", UNKNOWN),
        ("Foram 12, e 3 clientes.", UNKNOWN),
        ("Quase 12 agendamentos, 3 clientes.", UNKNOWN),
        ("R$ 12 agendamentos, 3 clientes.", UNKNOWN),
        ("Não foram 12 agendamentos; 3 clientes.", DENIED),
    ],
)
def test_a_sentence_says_what_is_wrong(line: str, reason: str) -> None:
    assert misstated([line], (BOOKINGS, CLIENTS)) == reason


def test_the_figures_may_stand_on_different_lines() -> None:
    assert misstated(["12 agendamentos", "3 clientes"], (BOOKINGS, CLIENTS)) is None
    assert misstated(["12 agendamentos"], (BOOKINGS, CLIENTS)) == LEFT_OUT


def test_none_of_something_is_a_zero() -> None:
    nothing = (required(0, BOOKING),)
    assert misstated(["Dia sem agendamentos."], nothing) is None
    assert misstated(["Não há nenhum agendamento."], nothing) is None
    assert misstated(["Um agendamento."], nothing) == UNKNOWN


def test_a_lower_bound_is_said_as_one_and_nothing_else_is() -> None:
    days = (RequiredFigure("30", (DAY,), is_lower_bound=True),)
    assert misstated(["Há mais de 30 dias."], days) is None
    assert misstated(["Há 30 dias."], days) == UNKNOWN
    assert misstated(["Há mais de 12 agendamentos, 3 clientes."], (BOOKINGS, CLIENTS)) == UNKNOWN


def test_without_figures_no_number_may_be_stated() -> None:
    assert misstated(["Tenha um bom dia!"], ()) is None
    assert misstated(["Volte em 2 dias."], ()) == UNKNOWN
