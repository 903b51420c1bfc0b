"""The text for clients: exactly one, the house's or one's own, and what a yes sends of it."""

from __future__ import annotations

import datetime as dt

import pytest

from proactive.words.client_text import ClientText, bracket, ends_in_question
from proactive.words.content import Template, Wording
from proactive.words.occasion import Occasion
from proactive.words.registry import VOCABULARIES
from proactive.words.writing import write
from tests.support.examples import Examples
from tests.support.own_words import house, refusals, text

SUGGESTED = '"{{ sugestao }}"'


def own(type_: str, words: str) -> Template:
    """The house text with another text for clients."""
    return Template(house(type_).source.replace(SUGGESTED, words))


@pytest.mark.parametrize(
    "words",
    [
        '"Venha nos visitar! 20% OFF"',
        '"Oi, {nome}!\nTraga {pet} à {{ loja }} com 2 clientes amigos"',
        '"Temos {{ quantos_horarios }} horários: {{ horarios }}"',
        '"{% if quantos_horarios > 1 %}Horários{% else %}Horário{% endif %}: {{ horarios }} amanhã"',
        '  "Venha nos visitar!"  ',
        '"Ele disse "venha" e nós fomos"',
        SUGGESTED,
    ],
)
def test_one_text_of_ones_own_stands(words: str) -> None:
    assert refusals("low_occupancy", own("low_occupancy", words)) == set()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("{{ sugestao }}", "client_text_missing"),
        ("Diga: " + SUGGESTED, "client_text_missing"),
        (SUGGESTED + " e pronto", "client_text_missing"),
        (f"{SUGGESTED}\n{SUGGESTED}", "client_text_twice"),
        (f'{SUGGESTED}\n"Venha nos visitar!"', "client_text_twice"),
        ('"Oi {{ dono }}, venha nos visitar"', "client_text_names"),
        ('"{{ sugestao }} Só hoje!"', "client_text_names"),
        ('"{% if agendamentos > 1 %}Venha nos visitar{% else %}Venha hoje mesmo{% endif %}"', "client_text_names"),
        ('"{% for item in lista %}\nvenha nos visitar\n{% endfor %}"', "client_text_names"),
        ('"Curto"', "client_text_length"),
        (f'"{"a" * 701}"', "client_text_length"),
        ('"Use o código {cupom} na loja"', "client_text_braces"),
        ('"Use o código { na loja"', "client_text_braces"),
    ],
)
def test_no_two_none_or_one_with_what_clients_must_not_read_is_refused(words: str, code: str) -> None:
    assert code in refusals("low_occupancy", own("low_occupancy", words))


@pytest.mark.parametrize("type_", ["inactive_clients", "birthdays"])
def test_free_hours_are_no_name_of_other_types(type_: str) -> None:
    assert refusals(type_, own(type_, '"Temos {{ horarios }} livres"')) == {"unknown_name"}


def test_a_wordings_suggestion_is_held_to_the_same_rules() -> None:
    assert refusals("birthdays", Wording(suggestion="Parabéns, {pet}! Venha à {{ loja }} 🎉")) == set()
    assert refusals("birthdays", Wording(suggestion="Oi {cupom}, venha!")) == {"client_text_braces"}
    assert refusals("birthdays", Wording(suggestion="Oi!")) == {"client_text_length"}


def test_a_house_text_shows_no_text_for_clients_where_nobody_is_meant() -> None:
    none = Examples.inactive_clients(inactive=0, listed=())
    assert '"' not in text("inactive_clients", Wording(suggestion="Venha nos visitar!"), none)


def test_the_owner_sees_name_and_pet_of_the_first_and_clients_get_their_own() -> None:
    words = Wording(suggestion="Oi, {nome}! Traga {pet} à {{ loja }}")
    occasion = Occasion(Examples.birthdays(), "Paula", "Patas & Cia")
    written = write(VOCABULARIES["birthdays"], words, occasion)
    assert '"Oi, Maria! Traga Rex à Patas & Cia"' in written.text
    assert written.client_text == ClientText("Oi, {nome}! Traga {pet} à Patas & Cia")


def test_braces_in_a_businesss_name_are_no_braces_of_a_text_for_clients() -> None:
    words = Wording(suggestion="Oi, {nome}! Venha à {{ loja }}")
    written = write(VOCABULARIES["birthdays"], words, Occasion(Examples.birthdays(), "Paula", "{pet} & {Cia}"))
    assert written.client_text == ClientText("Oi, {nome}! Venha à (pet) & (Cia)")
    assert '"Oi, Maria! Venha à (pet) & (Cia)"' in written.text


def test_the_houses_text_is_not_ones_own() -> None:
    for type_ in ("inactive_clients", "birthdays", "low_occupancy", "custom_campaign"):
        occasion = Occasion(Examples.of(type_), "Paula", "Patas & Cia")
        assert write(VOCABULARIES[type_], house(type_), occasion).client_text is None


def test_marks_in_names_and_in_what_the_owner_typed_are_no_quotation_marks() -> None:
    facts = Examples.custom_campaign(message='Diga "quero"\n"Banho" por nossa conta!')
    occasion = Occasion(facts, "Paula", '"Patas"')
    source = Template("{{ loja }}\n" + house("custom_campaign").source)
    written = write(VOCABULARIES["custom_campaign"], source, occasion)
    assert written.client_text is None
    assert 'Diga "quero"\n"Banho" por nossa conta!"' in written.text


def test_free_hours_are_kept_for_every_number_of_them() -> None:
    words = own(
        "low_occupancy",
        '"{% if quantos_horarios %}Livres: {{ horarios }} '
        "({{ quantos_horarios|plural('horário', 'horários') }}){% else %}Fale com a gente{% endif %}\"",
    )
    hours = (dt.time(10), dt.time(14, 30))
    written = write(
        VOCABULARIES["low_occupancy"], words, Occasion(Examples.low_occupancy(free_hours=hours), "Paula", "Patas")
    )
    assert written.client_text == ClientText(
        "Livres: 10h, 14h30 (2 horários)",
        (
            "Livres: {horarios} (1 horário)", "Livres: {horarios} (2 horários)", "Livres: {horarios} (3 horários)",
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "question"),
    [("Vamos?", True), ("Vamos? 🚀", True), ("Vamos?\n❤️", True), ("Vamos", False), ("Vamos? Já", False), ("", False)],
)
def test_a_question_may_be_followed_by_emoji(said: str, question: bool) -> None:
    assert ends_in_question(said) is question
    assert bracket(said, 6) == (" (6 ficam de fora, para medir o efeito)" if question else "")
    assert bracket(said, 0) == ""
