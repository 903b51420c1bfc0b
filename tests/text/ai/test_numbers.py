"""Numbers in Portuguese, however they are written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proactive.text.ai.numbers import find_numbers
from proactive.text.formats import integer, money
from proactive.text.required_figures import plain


def values(text: str) -> list[str]:
    return [number.value for number in find_numbers(text)]


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("R$ 1.450,00, 1450 ou R$1450,0", ["1450", "1450", "1450"]),
        ("12, 3. 1,5 e 1.234.567", ["12", "3", "1.5", "1234567"]),
        ("14:30, 14h30, 14h, 10%, 10 %, 22/11", ["14:30", "14h30", "14h", "10%", "10%", "22/11"]),
        ("99999-8888 -12 12k 1º", ["99999-8888", "-12", "12k", "1º"]),
        ("três, doze e vinte e dois", ["3", "12", "22"]),
        ("Doze. Mil", ["12", "1000"]),
        ("vinte trinta", ["20", "30"]),
        ("doze e três", ["12", "3"]),
        ("cento e vinte e três mil quatrocentos e cinco", ["123405"]),
        ("mil e um, dois mil e vinte e seis", ["1001", "2026"]),
        ("zero, nenhum, nenhuma, cem, duzentas", ["0", "0", "0", "100", "200"]),
        ("noventa e nove", ["99"]),
        ("centenário, dozena, eu e ela", []),
    ],
)
def test_every_number_is_found_once(text: str, stated: list[str]) -> None:
    assert values(text) == stated


def test_an_article_may_be_a_number_and_money_is_known_by_its_sign() -> None:
    assert [(number.value, number.is_article) for number in find_numbers("um dia, vinte e um")] == [
        ("1", True),
        ("21", False),
    ]
    assert [number.is_money for number in find_numbers("R$ 12 e 12")] == [True, False]


@given(st.integers(0, 10**9))
def test_what_our_formats_write_is_read_back(number: int) -> None:
    assert values(integer(number)) == [plain(number)]


@given(st.decimals(0, 10**8, places=2))
def test_our_money_is_read_back(reais: Decimal) -> None:
    [number] = find_numbers(f"Receita: {money(reais)}.")
    assert number.is_money
    assert number.value == plain(reais)
