"""What the AI wrote goes out only if it is as true as the layout; in doubt it does not."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from proactive.model.facts import Facts
from proactive.text.ai.fidelity import kept_lines, why_unfaithful
from proactive.text.ai.pseudonyms import Pseudonyms
from tests.support.examples import Examples
from tests.support.texts import layout_of, render

TYPES = ["daily_summary", "inactive_clients", "birthdays", "opportunities", "low_occupancy", "custom_campaign"]
NONE: dict[str, object] = {"listed": ()}
EMPTY: dict[str, dict[str, object]] = {
    "daily_summary": {"bookings": 0, "revenue": 0, "new_clients": 0, "pending": 0},
    "inactive_clients": {"inactive": 0} | NONE,
    "birthdays": {"birthdays": 0} | NONE,
    "opportunities": {"confirmed": 0, "free_slots": 0, "emptiest": None} | NONE,
    "low_occupancy": {"bookings": 0, "free_hours": ()} | NONE,
    "custom_campaign": {"reach": 0} | NONE,
}
ONE: dict[str, dict[str, object]] = {
    "daily_summary": {"bookings": 1, "new_clients": 1, "pending": 1},
    "inactive_clients": {"inactive": 1, "days": 1},
    "birthdays": {"birthdays": 1},
    "opportunities": {"confirmed": 1, "free_slots": 1},
    "low_occupancy": {"bookings": 1},
    "custom_campaign": {"reach": 1, "campaign_type": " ", "message": None},
}


class Case:
    """Facts with their pseudonymous layout, and the verdict on another text."""

    def __init__(self, facts: Facts) -> None:
        shown = len(facts.lines())
        self.layout = render(facts, shown, Pseudonyms())
        self._claims = layout_of(facts).required_figures(facts, shown)

    def why_unfaithful(self, text: str) -> str | None:
        return why_unfaithful(text, self.layout, self._claims)


@pytest.mark.parametrize("changes", [{}, EMPTY, ONE], ids=["example", "empty", "one"])
@pytest.mark.parametrize("name", TYPES)
def test_the_layout_itself_is_true(examples: type[Examples], name: str, changes: dict[str, dict[str, object]]) -> None:
    case = Case(examples.of(name, **changes.get(name, {})))
    assert case.why_unfaithful(case.layout) is None


@settings(deadline=None)
@given(name=st.sampled_from(TYPES), seed=st.integers(0, 10**6), step=st.integers(1, 99))
def test_a_text_with_any_number_changed_is_refused(examples: type[Examples], name: str, seed: int, step: int) -> None:
    case = Case(examples.of(name))
    numbers = list(re.finditer(r"\d+", case.layout))
    chosen = numbers[seed % len(numbers)]
    other = str(int(chosen[0]) + step)
    assert case.why_unfaithful(case.layout[: chosen.start()] + other + case.layout[chosen.end() :]) is not None


@settings(deadline=None)
@given(name=st.sampled_from(TYPES), seed=st.integers(0, 10**6))
def test_a_text_that_drops_a_line_with_data_is_refused(examples: type[Examples], name: str, seed: int) -> None:
    case = Case(examples.of(name))
    lines = case.layout.splitlines()
    with_data = [at for at, line in enumerate(lines) if line in kept_lines(case.layout) or re.search(r"\d", line)]
    del lines[with_data[seed % len(with_data)]]
    assert case.why_unfaithful("\n".join(lines)) is not None


@settings(deadline=None)
@given(name=st.sampled_from(TYPES), seeds=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)))
def test_a_text_that_swaps_two_lines_with_data_is_refused(
    examples: type[Examples], name: str, seeds: tuple[int, int]
) -> None:
    case = Case(examples.of(name))
    lines = case.layout.splitlines()
    kept = [at for at, line in enumerate(lines) if line in kept_lines(case.layout)]
    one, other = (kept[seed % len(kept)] for seed in seeds)
    assume(lines[one] != lines[other])
    lines[one], lines[other] = lines[other], lines[one]
    assert case.why_unfaithful("\n".join(lines)) is not None


@settings(deadline=None)
@given(name=st.sampled_from(TYPES), seed=st.integers(0, 10**6), named=st.sampled_from(["Carlos", "Maria", "[[pet 9]]"]))
def test_a_text_with_another_name_is_refused(examples: type[Examples], name: str, seed: int, named: str) -> None:
    case = Case(examples.of(name))
    words = list(re.finditer(r"\[\[[^\]]+\]\]|[^\W\d_]+", case.layout))
    chosen = words[seed % len(words)]
    assume(chosen[0] != named)
    assert case.why_unfaithful(case.layout[: chosen.start()] + named + case.layout[chosen.end() :]) is not None


DAY = "Foram 12 agendamentos, 3 novos clientes e 2 pendentes. Receita: R$ 1.450,00."


@pytest.fixture
def summary(examples: type[Examples]) -> Case:
    return Case(examples.daily_summary())


def with_opening(case: Case, opening: str) -> str:
    """The summary with other words for its greeting and its figures."""
    return "\n".join([opening, *case.layout.splitlines()[6:]])


@pytest.mark.parametrize(
    "opening",
    [
        DAY,
        "*Olá!* 📊\n12 agendamentos\nR$ 1450 de receita\n3 novos clientes\n2 pendentes",
        "Oi! Doze agendamentos, três novos clientes, dois pendentes e receita de 1450,00.",
        "Você faturou mil quatrocentos e cinquenta reais com isso! Agendamentos: 12. Novos clientes: 3. Pendentes: 2",
        "Hoje foram 12 agendamentos com 3 clientes novos e 2 pendentes, receita de R$ 1.450!",
        f"Um ótimo dia, sem descanso! {DAY}",
    ],
)
def test_another_way_to_say_the_same_is_true(summary: Case, opening: str) -> None:
    assert summary.why_unfaithful(with_opening(summary, opening)) is None


@pytest.mark.parametrize(
    "opening",
    [
        "Agendamentos: 3, Novos clientes: 12, Pendentes: 2, Receita: R$ 1.450,00",
        "Foram 3 agendamentos com 12 novos clientes e 2 pendentes. Receita: R$ 1.450,00.",
        "Foram 12 agendamentos, 3 novos clientes e 2 pendentes.",
        "Foram 12 agendamentos e 3 novos agendamentos, 2 pendentes. Receita: R$ 1.450,00.",
        "Foram 12 agendamentos pendentes, 3 novos clientes e 2 pendentes. Receita: R$ 1.450,00.",
        "Foram 12 mil agendamentos, 3 novos clientes e 2 pendentes. Receita: R$ 1.450,00.",
        "Foram quase 12 agendamentos, 3 novos clientes e 2 pendentes. Receita: R$ 1.450,00.",
        "Foram mais de 12 agendamentos, 3 novos clientes e 2 pendentes. Receita: R$ 1.450,00.",
        "Foram 12 ou 13 agendamentos, 3 novos clientes e 2 pendentes. Receita: R$ 1.450,00.",
        "Não foram 12 agendamentos, mas 3 novos clientes e 2 pendentes. Receita: R$ 1.450,00.",
        "Foram 12 agendamentos cancelados, 3 novos clientes e 2 pendentes. Receita: R$ 1.450,00.",
        "Foram R$ 12 agendamentos, 3 novos clientes e 2 pendentes. Receita: R$ 1.450,00.",
        "Foram 12 agendamentos, 3 novos clientes e 2 pendentes. Receita: US$ 1.450,00.",
        "Foram 12% agendamentos, 3 novos clientes e 2 pendentes. Receita: R$ 1.450,00.",
        f"{DAY} Treze agendamentos!",
        f"{DAY} Um novo cliente.",
        f"{DAY} Nenhum agendamento pendente.",
        f"{DAY} Não há novos clientes.",
        f"{DAY} Já são vinte e dois!",
        f"{DAY} O dobro de ontem!",
        f"{DAY} Foi a primeira vez.",
        f"{DAY} Até terça!",
        f"{DAY} Dia 22/11 foi lindo.",
        f"{DAY} Às 14:30 ou 14h30.",
        f"{DAY} Ofereça 10%.",
        f"{DAY} Carlos adorou.",
        f"{DAY} O cachorro Thor adorou.",
        f"{DAY} Ligue (11) 99999-8888.",
        f"{DAY} Ligue 11999998888.",
        f"{DAY} Veja em aurora.com",
        f"{DAY} Veja https://x.y",
        f"{DAY} Já enviei tudo.",
        f"{DAY} Cobrarei depois.",
        f"{DAY} São ①② clientes.",
        f"{DAY} São １２ clientes.",
        f"{DAY} São ١٢ clientes.",
        f"{DAY} Os сlientes.",
        f"{DAY} \u202eX",
        f"{DAY} ```",
        f"{DAY} [[pet 1]] mandou bem.",
        f"{DAY} ]]",
        f"{DAY}\n- [[pet 1]] - [[serviço 1]] às 11:00",
        f"{DAY}\n{'Que dia lindo! ' * 40}",
    ],
)
def test_what_the_facts_do_not_say_is_refused(summary: Case, opening: str) -> None:
    assert summary.why_unfaithful(with_opening(summary, opening)) is not None


def test_the_closing_question_stays_last(examples: type[Examples]) -> None:
    case = Case(examples.inactive_clients())
    question = case.layout.splitlines()[-1]
    assert case.why_unfaithful(case.layout + "\nConte com a gente!") is not None
    assert case.why_unfaithful(case.layout.removesuffix(question) + "Posso apagar tudo?") is not None
    assert case.why_unfaithful(case.layout.replace("Opa!", "Oi!")) is None


def test_a_lower_bound_stays_one(examples: type[Examples]) -> None:
    case = Case(examples.inactive_clients())
    assert case.why_unfaithful(case.layout.replace("há mais de 30 dias", "há 30 dias")) is not None
    assert case.why_unfaithful(case.layout.replace("15 clientes", "mais de 15 clientes")) is not None
    said = case.layout.replace("15 clientes que estão inativos há", "quinze clientes sem aparecer há")
    assert case.why_unfaithful(said) is None


def test_an_empty_text_is_refused(summary: Case) -> None:
    assert summary.why_unfaithful(" \n\n ") == "It is empty."


def test_the_reason_holds_no_data(summary: Case) -> None:
    reason = summary.why_unfaithful(with_opening(summary, f"{DAY} Carlos, 11999998888!"))
    assert reason is not None
    assert not re.search(r"\d|Carlos|\[\[", reason)


TOLD = {
    "inactive_clients": "Opa! Identifiquei 15 clientes que estão inativos há mais de 30 dias 😕",
    "birthdays": "🎂 Temos 3 aniversariantes hoje!",
    "opportunities": "Agenda atual: 8 agendamentos confirmados\nHorários vagos: 12 slots",
    "low_occupancy": "🚨 Alerta: Amanhã só temos 2 agendamentos!",
    "custom_campaign": "👥 Alcance: 42 clientes",
}


@pytest.mark.parametrize(
    ("name", "retold", "is_true"),
    [
        ("inactive_clients", "Atenção! Há 15 clientes sem contato há mais de trinta dias.", True),
        ("inactive_clients", "Opa! 30 clientes que estão inativos há mais de 15 dias", False),
        ("inactive_clients", "Opa! 15 clientes inativos há mais de 30 meses", False),
        ("inactive_clients", f"{TOLD['inactive_clients']}\nSão 20% dos clientes!", False),
        ("birthdays", "🎂 Hoje é dia de festa: três aniversariantes!", True),
        ("birthdays", "🎂 Temos 3 aniversariantes amanhã!", False),
        ("opportunities", "São oito agendamentos confirmados e ainda 12 horários livres", True),
        ("opportunities", "São 12 agendamentos confirmados e ainda 8 horários livres", False),
        ("opportunities", "São 8 agendamentos não confirmados e 12 horários livres", False),
        ("low_occupancy", "Cuidado: amanhã temos apenas dois agendamentos!", True),
        ("low_occupancy", "Cuidado: amanhã já temos 15 agendamentos!", False),
        ("low_occupancy", "Cuidado: hoje só temos 2 agendamentos!", False),
        ("custom_campaign", "👥 Vai chegar a 42 clientes", True),
        ("custom_campaign", "👥 Vai chegar a todos os 43 clientes", False),
    ],
)
def test_each_types_figures_are_held_to_their_meaning(
    examples: type[Examples], name: str, retold: str, is_true: bool
) -> None:
    case = Case(examples.of(name))
    assert TOLD[name] in case.layout
    assert (case.why_unfaithful(case.layout.replace(TOLD[name], retold)) is None) == is_true
