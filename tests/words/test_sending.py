"""At sending: the business's own words where they are true of the message's facts, else the house text and why."""

from __future__ import annotations

import logging
import random
import re
from typing import Any
from uuid import UUID

import pytest

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.context import Draft, MessageContext, Owner, PublishedWords
from proactive.model.facts import Facts
from proactive.text.composer import Composer
from proactive.text.framing import Greeted
from proactive.text.renderer import TEXT_LIMIT, length
from proactive.words.content import Content, Template, Wording
from proactive.words.occasion import Occasion
from proactive.words.registry import VOCABULARIES
from proactive.words.sending import MessageComposer
from tests.support.examples import Examples
from tests.support.own_words import FIGURES, framed, house, random_facts, true_and
from tests.support.texts import RENDERER, compose

VERSION = UUID("3f0b7c1e-6f6c-5b0e-8a44-3a4f3b8f9d52")
COMPOSER = MessageComposer(Composer(RENDERER, None))
ANA = Greeted("Paula", 18)


def published(content: Content) -> PublishedWords:
    if isinstance(content, Template):
        return PublishedWords(id=VERSION, kind="template", wording=None, source=content.source)
    return PublishedWords(id=VERSION, kind="wording", wording=dict(content.fields()), source=None)


def context(words: PublishedWords | None) -> MessageContext:
    owner = Owner(id=UUID(int=1), name="Paula Prado", phone="11999998888", aurora_enabled=True)
    return MessageContext(
        organization="Patas & Cia", is_active=True, timezone="America/Sao_Paulo", owner=owner, instance=None,
        record=None, words=words, facts=None,
    )  # fmt: skip


def sent(type_: str, words: PublishedWords | None, facts: Facts) -> Draft:
    return COMPOSER.compose(MESSAGE_TYPES[type_], facts, context(words), ANA, last_attempt=True)


@pytest.mark.parametrize("type_", [*VOCABULARIES, "campaign_answer"])
def test_without_words_of_ones_own_a_message_is_the_houses_byte_for_byte(type_: str) -> None:
    facts = Examples.of(type_)
    assert sent(type_, None, facts) == compose(facts)


@pytest.mark.parametrize("type_", VOCABULARIES)
def test_true_words_go_out_with_their_version_and_the_figures_they_show(type_: str) -> None:
    facts = Examples.of(type_)
    draft = sent(type_, published(framed(type_, FIGURES[type_])), facts)
    assert (draft.template, draft.template_failed, draft.fallback) == (str(VERSION), False, None)
    assert draft.figures == facts.figures()
    assert draft.text != compose(facts).text


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (Template("{{ nada }}"), "unknown_name"),
        (Template("Bom dia!"), "figure_missing, list_missing"),
        (true_and("daily_summary", "Amanhã tem 5 agendamentos"), "other_number"),
        (true_and("daily_summary", "Não foram {{ agendamentos }} agendamentos"), "denial"),
        (Template(framed("daily_summary", FIGURES["daily_summary"]).source + "a " * 2100), "too_long"),
        (Template(""), "empty"),
        (Wording(greeting="{{ inativos }}"), "unknown_name"),
        (Wording(closing="Foram 9 pendentes"), "other_number"),
    ],
)
def test_any_fault_sends_the_house_text_with_the_reason(content: Content, why: str) -> None:
    facts = Examples.daily_summary()
    draft = sent("daily_summary", published(content), facts)
    assert (draft.text, draft.figures) == (compose(facts).text, compose(facts).figures)
    assert (draft.template, draft.template_failed, draft.fallback) == (str(VERSION), True, f"template: {why}")


@pytest.mark.parametrize(
    "words",
    [
        {"kind": "poem", "wording": None, "source": "Oi"},
        {"kind": "wording", "wording": {"nada": "Oi"}, "source": None},
        {"kind": "wording", "wording": {"greeting": 12}, "source": None},
        {"kind": "wording", "wording": {"greeting": ["Oi"]}, "source": None},
    ],
)
def test_a_version_of_another_shape_harms_nobody(words: dict[str, Any]) -> None:
    facts = Examples.daily_summary()
    draft = sent("daily_summary", PublishedWords(id=VERSION, **words), facts)
    assert draft.text == compose(facts).text or draft.text.startswith(("12", "['Oi']"))


def test_whatever_goes_wrong_the_house_text_goes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proactive.words.checks.write", lambda *_: 1 / 0)
    facts = Examples.daily_summary()
    draft = sent("daily_summary", published(house("daily_summary")), facts)
    assert (draft.text, draft.fallback) == (compose(facts).text, "template: crashed")


def test_words_that_lie_only_for_these_facts_are_caught_on_them() -> None:
    lying = published(true_and("daily_summary", "{% if agendamentos == 12 %}99 pendentes{% endif %}"))
    assert sent("daily_summary", lying, Examples.daily_summary(3)).fallback is None
    assert sent("daily_summary", lying, Examples.daily_summary(12)).fallback == "template: other_number"


def test_the_text_that_a_yes_sends_is_kept_with_the_figures() -> None:
    words = published(Wording(suggestion="Oi, {nome}! Livres: {{ horarios }} na {{ loja }}"))
    draft = sent("low_occupancy", words, Examples.low_occupancy())
    assert '"Oi, Maria! Livres: 10h, 14h, 16h na Patas & Cia"' in draft.text
    assert draft.figures["client_text"] == "Oi, {nome}! Livres: 10h, 14h, 16h na Patas & Cia"
    assert draft.figures["client_texts"] == ["Oi, {nome}! Livres: {horarios} na Patas & Cia"] * 3
    assert (
        "client_text"
        not in sent("low_occupancy", published(Wording(question="Mando?")), Examples.low_occupancy()).figures
    )


def test_what_takes_long_is_told_and_sent(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    clock = iter([1.0, 1.0511])
    monkeypatch.setattr("proactive.words.writing.time.thread_time", lambda: next(clock))
    with caplog.at_level(logging.WARNING):
        draft = sent("daily_summary", published(house("daily_summary")), Examples.daily_summary())
    assert draft.fallback is None
    assert "took long" in caplog.text


#: Templates that are true of some facts and lie of others.
HALF_TRUE = {
    "daily_summary": "{% if agendamentos > 2 %}Agendamentos: {{ pendentes }}{% else %}Um dia calmo{% endif %}",
    "inactive_clients": "{% if inativos > 9 %}Quase {{ inativos }} clientes{% endif %}",
    "birthdays": "{% if aniversariantes == 3 %}dois aniversariantes{% endif %}",
    "opportunities": "{% if horarios_vagos > confirmados %}{{ confirmados }} horários vagos{% endif %}",
    "low_occupancy": "{% if agendamentos > 2 %}Não há {{ agendamentos }} agendamentos{% endif %}",
    "custom_campaign": "{% if alcance > 5 %}5 clientes{% endif %}",
}


def stated(type_: str, facts: Facts, text: str) -> bool:
    """Whether every figure of facts stands in a text as a whole number, found by other means than ours."""
    values = VOCABULARIES[type_].values(Occasion(facts), len(facts.lines()))
    for claim in VOCABULARIES[type_].figures:
        said = str(claim.constant or values[claim.name])
        shown = f"{int(said):,}".replace(",", ".") if said.isdigit() else said
        none = said == "0" and re.search("nenhum|sem|0", text, re.IGNORECASE)
        if not (none or claim.unless_zero or re.search(rf"(?<![\d.,]){re.escape(shown)}(?![\d%]|[.,]\d)", text)):
            return False
    return True


@pytest.mark.parametrize("type_", VOCABULARIES)
@pytest.mark.parametrize("seed", range(3))
def test_a_published_text_states_every_claim_or_falls_back(type_: str, seed: int) -> None:
    chance = random.Random(seed)
    contents = (
        true_and(type_, HALF_TRUE[type_]), framed(type_, FIGURES[type_]), framed(type_, HALF_TRUE[type_]),
        Wording(greeting="Oi, {{ dono }}!", question="Vamos?"), house(type_),
    )  # fmt: skip
    fallen = 0
    for _ in range(8):
        facts = random_facts(chance, type_)
        for content in contents:
            draft = sent(type_, published(content), facts)
            fallen += draft.template_failed
            assert length(draft.text) <= TEXT_LIMIT
            assert draft.template_failed == (draft.text == compose(facts).text and draft.fallback is not None)
            assert stated(type_, facts, draft.text), draft.text
        assert not sent(type_, published(house(type_)), facts).template_failed
    assert 0 < fallen < 40


def offered(type_: str, share: float | None, words: PublishedWords | None = None, **changes: Any) -> str:
    facts = Examples.of(type_).model_copy(update=changes)
    measured = context(words).model_copy(update={"written_share": share})
    return COMPOSER.compose(MESSAGE_TYPES[type_], facts, measured, ANA, last_attempt=True).text


def test_a_question_says_both_numbers_where_some_are_held_back() -> None:
    note = "(6 ficam de fora, para medir o efeito)"
    assert offered("custom_campaign", 0.9, reach=60).endswith(f"Posso enviar essa campanha para 54 clientes? {note}")
    assert "Alcance: 60 clientes" in offered("custom_campaign", 0.9, reach=60)
    assert offered("inactive_clients", 0.9, inactive=60).endswith(f"Posso criar essa campanha para você? {note}")
    assert "12 ficam de fora" in offered("birthdays", 0.8, birthdays=60)
    assert offered("custom_campaign", 0.9, reach=20_000).endswith("(2.000 ficam de fora, para medir o efeito)")


@pytest.mark.parametrize("type_", VOCABULARIES)
def test_of_a_small_audience_or_without_measuring_a_question_is_as_it_was(type_: str) -> None:
    facts = Examples.of(type_)
    assert offered(type_, None) == compose(facts).text
    assert "de fora" not in offered("custom_campaign", 0.9, reach=29) + offered("daily_summary", 0.9, bookings=90)


def test_own_words_say_both_numbers_too() -> None:
    words = published(framed("custom_campaign", FIGURES["custom_campaign"]))
    text = offered("custom_campaign", 0.9, words, reach=60)
    assert text.endswith("Envio? (6 ficam de fora, para medir o efeito)")
