"""Words beside each other agree in gender and number."""

from __future__ import annotations

import pytest

from proactive.text.ai.agreement import Agreement
from proactive.text.ai.notation import load_grammar

AGREEMENT = Agreement(load_grammar().classes)


@pytest.mark.parametrize(
    "text",
    [
        "uma dia lindo", "um dia linda", "uma ótimo tarde", "muita carinho", "muito paz", "muitas alegria",
        "uns abraço", "um abraços carinhosos", "um abraço carinhosa", "seu semana", "sua dia", "o sua tarde",
        "bons energias", "boa energias", "dias lindo", "pelo parceria", "no sua vida", "uma bom dia",
    ],
)  # fmt: skip
def test_words_that_disagree_do_not_hold(text: str) -> None:
    assert not AGREEMENT.holds(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "um dia lindo", "um lindo dia", "uma tarde leve e feliz", "um fim de tarde gostoso", "uma boa noite",
        "muito boas energias", "muito amor e muita paz", "dias felizes", "a sua tarde", "o seu dia", "meus parabéns",
        "um prazer enorme", "muita coragem", "sorrisos e abraços apertados", "", "olá",
    ],
)  # fmt: skip
def test_words_that_agree_hold(text: str) -> None:
    assert AGREEMENT.holds(text.split())


def test_every_noun_has_a_gender() -> None:
    classes = load_grammar().classes
    assert classes["masculine"] & classes["feminine"] == set()
