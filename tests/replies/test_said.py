"""What an answer said: the specification's words, in its order, and sentences labelled before there was a rule."""

from __future__ import annotations

from typing import Any

import pytest

from proactive.replies.said import AnswerReading, read_answer
from tests.replies.test_corpora import labelled

YES = [
    "sim", "s", "ss", "pode", "claro", "manda", "envia", "quero", "bora", "vamos", "ok", "blz", "beleza", "fechado",
    "perfeito", "isso", "faz",
]  # fmt: skip
NO = ["não", "n", "nunca", "agora não", "depois", "deixa", "dispenso", "negativo"]
STOP = ["parar", "pare", "sair", "descadastrar", "cancelar envio", "não quero receber", "não me mande", "para"]
IDIOMS = ["por que não", "sem problema", "com certeza", "claro que sim"]


def said(text: str) -> Any:
    return read_answer(text, "text").said


@pytest.mark.parametrize(("words", "expected"), [(YES, "yes"), (NO, "no"), (STOP, "stop"), (IDIOMS, "yes")])
def test_each_word_of_the_rule_says_what_the_rule_says(words: list[str], expected: str) -> None:
    for word in words:
        for form in (word, word.upper(), f"{word}!", f"Bom dia, {word}", f"{word} 🙂", word.title() + "."):
            assert said(form) == expected, form


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("siiiiim", "yes"), ("naaaao", "no"), ("PAREEEE", "stop"), ("isssoooo", "yes"),
        ("sim, mas pare de mandar depois", "stop"),  # a stop goes before all else
        ("pode mandar para todos os clientes da lista que você me mostrou hoje de manhã cedo", "other"),
        ("um dois três quatro cinco seis sete oito nove dez onze doze sim", "other"),
        ("um dois três quatro cinco seis sete oito nove dez onze sim", "yes"),
        ("um dois três quatro cinco seis sete oito nove dez onze doze pare", "stop"),
        ("por que não?", "yes"), ("claro que não", "other"), ("sim não", "other"), ("com certeza não", "no"),
        ("não, pode deixar", "other"), ("manda para todos", "yes"), ("não para", "no"), ("hoje choveu", "other"),
        ("para", "stop"), ("para quem?", "other"), ("a promoção é para todos", "other"), ("para de mandar", "stop"),
        ("não quero mais receber nada", "stop"), ("não me mandem mais mensagens", "stop"),
        ("cancela os envios", "stop"), ("pode mandar?", "other"), ("quero saber quanto custa", "other"),
        ("isso tá errado", "other"), ("faz tempo", "other"), ("me manda a lista", "other"), ("sim 👎", "other"),
    ],
)  # fmt: skip
def test_the_rules_go_in_their_order(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize("sign", ["👍", "❤️", "❤", "👏", "🙏", "✅", "🔥", "👍🏽", "🙏🏿"])
def test_a_reaction_of_approval_is_a_yes(sign: str) -> None:
    assert read_answer(sign, "reaction") == AnswerReading("reaction", "yes", 1)
    assert read_answer(sign, "text").said == "yes"


@pytest.mark.parametrize(
    ("sign", "expected"), [("👎", "no"), ("❌", "no"), ("👎🏻", "no"), ("😂", "other"), ("", None)]
)
def test_any_other_reaction_says_no_or_something_else_or_is_taken_back(sign: str, expected: str | None) -> None:
    assert read_answer(sign, "reaction").said == expected


@pytest.mark.parametrize("kind", ["audio", "sticker"])
def test_what_is_spoken_or_stuck_is_never_read(kind: Any) -> None:
    assert read_answer("sim, pode mandar", kind) == AnswerReading(kind, "other", 1)


def test_what_shows_no_words_says_something_else() -> None:
    assert read_answer("", "other").said == "other"
    assert read_answer("  ", "text").said == "other"
    assert read_answer("???", "text").said == "other"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("não quero mais aniversários", "stop"), ("desliga o alerta", "stop"), ("chega de oportunidades", "stop"),
        ("não me manda mais os inativos", "stop"), ("me manda o resumo às 20h", "other"),
        ("manda o resumo 20:30", "other"), ("quero o resumo às 8 da noite", "other"),
        ("volta a mandar aniversários", "other"), ("liga o alerta", "other"),
        ("que horas chega o resumo?", "other"), ("para", "stop"),
    ],
)  # fmt: skip
def test_a_choice_of_messages_goes_before_every_word(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(("corpus", "number"), [("answers_first.txt", 600), ("answers_second.txt", 300)])
def test_few_answers_are_a_yes_wrongly_and_hardly_a_stop_is_missed(corpus: str, number: int) -> None:
    sentences = labelled(corpus)
    read = [(label, said(text), text) for label, text in sentences]
    yes = [(label, text) for label, found, text in read if found == "yes"]
    stops = [(found, text) for label, found, text in read if label == "stop"]
    assert len(set(sentences)) >= number
    assert sum(label == "yes" for label, _ in yes) / len(yes) >= 0.98, [each for each in yes if each[0] != "yes"]
    assert sum(found == "stop" for found, _ in stops) / len(stops) >= 0.99, [
        each for each in stops if each[0] != "stop"
    ]
    # nor is nothing a yes: what was meant as one is read as one
    assert (
        sum(found == "yes" for label, found, _ in read if label == "yes") / sum(x[0] == "yes" for x in sentences) > 0.9
    )
