"""Numbers in words."""

from __future__ import annotations

import pytest

from proactive.words.number_words import folded, number_in_words


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("zero", (0, 1)), ("doze", (12, 1)), ("duas", (2, 1)), ("vinte e dois", (22, 3)), ("cem", (100, 1)),
        ("cento e vinte e três", (123, 5)), ("mil", (1000, 1)), ("mil e duzentos", (1200, 3)),
        ("mil duzentos e trinta e quatro", (1234, 6)), ("dois mil", (2000, 2)), ("três milhões", (3_000_000, 2)),
        ("uma dúzia", (12, 2)), ("meia dúzia", (6, 2)), ("dezesseis", (16, 1)), ("quatorze clientes", (14, 1)),
        ("dois e três", (2, 1)), ("vinte trinta", (20, 1)), ("agendamentos", (0, 0)), ("novos", (0, 0)),
        ("e dois", (0, 0)), ("duzentas e uma", (201, 3)), ("cinquenta e", (50, 1)), ("vezes", (0, 0)),
    ],
)  # fmt: skip
def test_a_row_of_words_begins_with_a_number(said: str, number: tuple[int, int]) -> None:
    assert number_in_words([folded(word) for word in said.split()]) == number


def test_a_word_is_folded_without_accents_and_case() -> None:
    assert [folded(word) for word in ("Não", "PENDÊNCIA", "Até", "Smørrebrød")] == [
        "nao", "pendencia", "ate", "smorrebrod"
    ]  # fmt: skip
