"""What words make of facts: the house text to the letter, wordings, and lists that are too long."""

from __future__ import annotations

import random
from uuid import UUID

import pytest

from proactive.message_types.birthdays import BirthdayLine
from proactive.text.renderer import TEXT_LIMIT, length
from proactive.words.content import Template, Wording
from proactive.words.occasion import Occasion
from proactive.words.programs import Unwritable
from proactive.words.registry import VOCABULARIES
from proactive.words.writing import write
from tests.support.examples import Examples
from tests.support.own_words import house, random_facts, text
from tests.support.texts import compose
from tests.text.test_renderer import VARIANTS, golden


@pytest.mark.parametrize("name", VARIANTS)
def test_the_house_text_in_the_grammar_is_the_golden_text(name: str) -> None:
    type_, changes = VARIANTS[name]
    facts = Examples.of(type_, **changes)
    assert text(type_, house(type_), facts) == golden(name)
    assert text(type_, Wording(), facts) == golden(name)


def equal_on_random_facts(seed: int, each: int) -> None:
    chance = random.Random(seed)
    for type_ in VOCABULARIES:
        for _ in range(each):
            facts = random_facts(chance, type_)
            assert text(type_, house(type_), facts) == compose(facts).text, facts


def test_the_house_text_in_the_grammar_is_the_house_text_of_any_facts() -> None:
    equal_on_random_facts(seed=1, each=60)


@pytest.mark.long
def test_the_house_text_in_the_grammar_is_the_house_text_of_thousands_of_facts() -> None:
    equal_on_random_facts(seed=2, each=1500)


def test_a_wording_stands_in_the_house_text_and_changes_nothing_else() -> None:
    words = Wording(
        greeting="Bom dia, {{ dono }}!",
        suggestion="Oi, {nome}! Traga {pet} à {{ loja }}. 30% OFF",
        question="Bora? 🚀",
    )
    assert text("inactive_clients", words, Examples.inactive_clients()) == (
        golden("inactive_clients")
        .replace("Opa!", "Bom dia, Paula!")
        .replace("Sentimos sua falta! 20% de desconto no próximo banho", "Oi, Maria! Traga Rex à Patas & Cia. 30% OFF")
        .replace("Posso criar essa campanha para você?", "Bora? 🚀")
    )
    none = Examples.inactive_clients(inactive=0, listed=())
    assert text("inactive_clients", words, none) == f"Bom dia, Paula!\n\n{golden('inactive_clients_none')}"


@pytest.mark.parametrize("type_", ["birthdays", "opportunities", "low_occupancy", "custom_campaign"])
def test_a_greeting_without_a_line_of_its_own_stands_above_the_heading(type_: str) -> None:
    facts = Examples.of(type_)
    assert text(type_, Wording(greeting="Oi, {{ dono }}!"), facts) == f"Oi, Paula!\n\n{compose(facts).text}"


@pytest.mark.parametrize("type_", VOCABULARIES)
def test_every_field_of_a_type_changes_its_text(type_: str) -> None:
    for field in VOCABULARIES[type_].wording:
        facts = Examples.of(type_, **({"message": None} if type_ == "custom_campaign" else {}))
        changed = text(type_, Wording(**{field.name: "Uma frase nova?"}), facts)
        assert "Uma frase nova?" in changed
        assert changed != compose(facts).text


def test_a_day_summary_has_its_first_and_last_line_in_other_words() -> None:
    words = Wording(greeting="Olá, {{ dono }}!", closing="Até amanhã! 💙")
    lines = text("daily_summary", words, Examples.daily_summary()).split("\n")
    assert (lines[0], lines[-1]) == ("Olá, Paula!", "Até amanhã! 💙")


def test_a_field_that_says_nothing_of_these_facts_leaves_the_house_words() -> None:
    words = Wording(greeting="{% if dono == 'Ana' %}Oi, Ana!{% endif %}")
    assert text("daily_summary", words, Examples.daily_summary()) == compose(Examples.daily_summary()).text


def test_what_the_owner_wrote_for_a_campaign_goes_before_the_suggestion() -> None:
    words = Wording(suggestion="Venha conhecer a nossa loja!")
    assert '"Cliente VIP merece desconto especial!"' in text("custom_campaign", words, Examples.custom_campaign())
    assert '"Venha conhecer a nossa loja!"' in text("custom_campaign", words, Examples.custom_campaign(message=None))


def many_birthdays() -> tuple[BirthdayLine, ...]:
    return tuple(BirthdayLine(id=UUID(int=n), pet="R" * 50, client="C" * 50, phone="11999998888") for n in range(200))


def test_a_list_that_is_too_long_is_shortened_as_the_house_does_it() -> None:
    facts = Examples.birthdays(birthdays=230, listed=many_birthdays())
    written = write(VOCABULARIES["birthdays"], house("birthdays"), Occasion(facts, "Paula", "Patas"))
    assert written.text == compose(facts).text
    assert written.shown == len(compose(facts).figures["listed"])


def test_a_text_that_grows_when_its_list_shrinks_still_fits() -> None:
    source = (
        "{% for item in lista %}\n{{ item.pet }}\n{% endfor %}\n{% if listados < 70 %}" + "b" * 1200 + "{% endif %}"
    )
    facts = Examples.birthdays(birthdays=200, listed=many_birthdays())
    found = text("birthdays", Template(source), facts)
    assert 0 < length(found) <= TEXT_LIMIT


def test_a_text_that_is_too_long_without_its_list_is_none() -> None:
    with pytest.raises(Unwritable, match="too_long"):
        text("daily_summary", Template("ab " * 1500), Examples.daily_summary())


def test_the_house_adds_its_bracket_to_whoevers_question() -> None:
    facts = Examples.custom_campaign()
    found = text("custom_campaign", house("custom_campaign"), facts, held_back=6)
    assert found.endswith("para 36 clientes? (6 ficam de fora, para medir o efeito)")
    found = text("custom_campaign", Wording(question="Mando? 🚀"), facts, held_back=1)
    assert found.endswith("Mando? 🚀 (1 fica de fora, para medir o efeito)")
    assert text("daily_summary", house("daily_summary"), Examples.daily_summary(), held_back=6).endswith("🚀")
