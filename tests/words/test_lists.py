"""Lists, kept names and the question of a text, beside the house's of the same facts."""

from __future__ import annotations

import pytest

from proactive.message_types.daily_summary import DailySummaryFacts
from proactive.words.content import Template, Wording
from tests.support.examples import Examples
from tests.support.own_words import FIGURES, faults, framed, house, refusals

DAY = FIGURES["daily_summary"]
ITEMS = "{% for item in lista %}\n- {{ item.nome }}\n{% endfor %}\n"


def of_a_day(items: str) -> set[str]:
    return refusals("daily_summary", Template(f"{DAY}\n\n{items}\nFim!"))


@pytest.mark.parametrize(
    "items",
    [
        ITEMS,
        "{% for b in lista %}\n{{ b.hora }} {{ b.nome }}\n{{ b.servico }}\n\n{% endfor %}\n",
        "{% for b in lista %}\n{% if b.pet %}🐶 {{ b.pet }}{% else %}👤 {{ b.nome }}{% endif +%}\n{% endfor %}",
        "{% if listados %}Hoje:\n{% for b in lista %}\n{{ b.nome }} com {{ b.cliente }}\n{% endfor %}\n{% endif %}",
    ],
)
def test_an_item_is_a_block_on_lines_of_its_own_with_whatever_it_shows(items: str) -> None:
    assert of_a_day(items) == set()


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ("", "list_missing"),
        ("Hoje: " + ITEMS, "list_shared_line"),
        ("{% for item in lista %}{{ item.nome }}, {% endfor %}", "list_shared_line"),
        ("{% for item in lista %}\n{{ item.nome }}{% endfor %}", "list_shared_line"),
        (ITEMS + ITEMS, "list_repeated"),
        ("{% for item in lista %}\n- {{ item.servico }}\n{% endfor %}\n", "list_nameless"),
        ("{% for item in lista %}\n- {{ item.pet }}.\n{% endfor %}\n", "list_nameless"),
        ("{% for item in lista %}\n{% if item.nome == 'Rex' %}{{ item.nome }}{% endif +%}\n{% endfor %}\n",
         "list_incomplete"),
        ("{% for item in lista %}\nx\n{% endfor %}\n", "list_nameless"),
        ("{% if listados > 2 %}" + ITEMS + "{% endif %}", "list_missing"),
        ("{% for item in lista %}\n- {{ item.nome }}, 99 agendamentos\n{% endfor %}\n", "other_number"),
    ],
)  # fmt: skip
def test_a_list_that_is_not_the_houses_items_once_and_in_order_is_refused(items: str, code: str) -> None:
    found = of_a_day(items)
    if code == "list_nameless" and "item.pet" in items:
        found = faults("daily_summary", Template(f"{DAY}\n\n{items}\nFim!"), _without_pets())
    assert code in found


def _without_pets() -> DailySummaryFacts:
    facts = Examples.daily_summary()
    listed = tuple(line.model_copy(update={"pet": None}) for line in facts.listed)
    return facts.model_copy(update={"listed": listed})


def test_a_list_of_nobody_is_not_missed() -> None:
    assert faults("daily_summary", Template(DAY), Examples.daily_summary(0)) == set()


@pytest.mark.parametrize(
    ("actions", "code"),
    [
        ("{% for acao in acoes %}\n{{ acao.numero }}) {{ acao.texto }}\n{% endfor %}\n", None),
        ("{% for acao in acoes %}\n{{ acao.texto }}\n{% endfor %}\n", "list_nameless"),
        ("{% for acao in acoes %}\n{{ acao.numero }}\n{% endfor %}\n", "list_nameless"),
        ("", "list_missing"),
    ],
)
def test_every_action_is_shown_with_the_number_by_which_an_owner_answers(actions: str, code: str | None) -> None:
    source = f"{FIGURES['opportunities']}\n\n{ITEMS}\n{actions}\n{{% if quantas_acoes %}}Crio?{{% endif %}}"
    assert refusals("opportunities", Template(source)) == ({code} if code else set())


@pytest.mark.parametrize("name", ["campanha", "publico", "melhor_momento"])
def test_what_a_campaign_is_stands_word_for_word(name: str) -> None:
    source = framed("custom_campaign", FIGURES["custom_campaign"]).source
    assert refusals("custom_campaign", Template(source.replace(f"{{{{ {name} }}}}", "x"))) == {"name_missing"}


@pytest.mark.parametrize(
    ("question", "stands"),
    [
        ("Bora?", True), ("Bora? 🚀🐾", True), ("Bora?  ❤️ ", True), ("Bora!", False), ("Bora? Sim!", False),
        ("Bora? {{ loja }}", False), ("Bora?!", False),
    ],
)  # fmt: skip
def test_where_the_house_asks_a_question_so_does_the_text(question: str, stands: bool) -> None:
    source = house("low_occupancy").source.replace("Envio essa campanha agora?", question)
    assert refusals("low_occupancy", Template(source)) == (set() if stands else {"question_missing"})
    if "{{" not in question:
        found = refusals("low_occupancy", Wording(question=question))
        assert found == (set() if stands else {"question_missing"})


def test_elsewhere_a_question_is_free() -> None:
    assert refusals("daily_summary", framed("daily_summary", f"Tudo bem?\n{DAY}")) == set()
    ended = Template(framed("daily_summary", DAY).source.replace("Fim!", "Vamos descansar?"))
    assert refusals("daily_summary", ended) == set()
