"""Figures as they are compared: plain decimals."""

from __future__ import annotations

from decimal import Decimal

import pytest

from proactive.text.required_figures import BOOKING, CLIENT, RequiredFigure, plain, required


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (1200, "1200"),
        (Decimal("1450.00"), "1450"),
        (Decimal("0.10"), "0.1"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1234567.89"), "1234567.89"),
    ],
)
def test_a_value_has_neither_an_exponent_nor_trailing_zeros(value: Decimal | int, shown: str) -> None:
    assert plain(value) == shown


def test_a_figure_is_known_by_one_word_of_each_group_and_is_exact_unless_it_says_otherwise() -> None:
    figure = required(3, ("nov",), CLIENT, may_have=BOOKING)
    assert figure == RequiredFigure("3", (("nov",), ("client",)), may_have=("agendamento",))
    assert not figure.is_lower_bound
    assert not figure.is_money
