"""The one table of names: its examples are what it says, its palette is made from it, and facts have every name."""

from __future__ import annotations

import datetime as dt

import pytest

from proactive.message_types.registry import BY_HAND, MESSAGE_TYPES
from proactive.model.facts import Facts
from proactive.words.occasion import Occasion
from proactive.words.registry import VOCABULARIES
from proactive.words.vocabulary import NameKind
from tests.support.examples import Examples

_PYTHON = {NameKind.NUMBER: int, NameKind.TEXT: str, NameKind.YES_NO: bool, NameKind.LIST: list}
#: Names of each type beside those of all.
OWN = {
    "daily_summary": "agendamentos receita novos_clientes pendentes",
    "inactive_clients": "inativos dias sugestao",
    "birthdays": "aniversariantes sugestao",
    "opportunities": "confirmados horarios_vagos acoes quantas_acoes fechados",
    "low_occupancy": "agendamentos dispara horarios quantos_horarios sugestao",
    "custom_campaign": "campanha publico alcance vao_receber mensagem melhor_momento",
}
ALL = "dono loja data dia_da_semana lista listados ficaram_de_fora"


def values(type_: str, facts: Facts, *, owner: str | None = "Paula Prado", held_back: int = 0) -> dict[str, object]:
    occasion = Occasion(facts, owner, "Patas & Cia", held_back)
    found = VOCABULARIES[type_].values(occasion, len(facts.lines()))
    return {name: found[name] for name in VOCABULARIES[type_].by_name}


def test_every_message_that_people_may_ask_for_has_words_of_its_own() -> None:
    assert set(VOCABULARIES) == set(BY_HAND)
    assert all(vocabulary.type is MESSAGE_TYPES[name] for name, vocabulary in VOCABULARIES.items())


@pytest.mark.parametrize("type_", VOCABULARIES)
def test_a_type_has_the_names_of_the_table(type_: str) -> None:
    assert [each.name for each in VOCABULARIES[type_].names] == [*ALL.split(), *OWN[type_].split()]


@pytest.mark.parametrize("type_", VOCABULARIES)
def test_every_name_has_its_kind_and_every_item_its_fields(type_: str) -> None:
    found = values(type_, Examples.of(type_))
    for each in VOCABULARIES[type_].names:
        value = found[each.name]
        assert type(value) is _PYTHON[each.kind], each.name
        assert each.meaning
        for item in value if isinstance(value, list) else []:
            assert {name: type(part) for name, part in item.items()} == {
                field.name: _PYTHON[field.kind] for field in each.fields
            }


@pytest.mark.parametrize("type_", VOCABULARIES)
def test_the_palette_is_the_table_as_json(type_: str) -> None:
    palette = VOCABULARIES[type_].palette()
    assert [each["name"] for each in palette] == [each.name for each in VOCABULARIES[type_].names]
    by_name = {each["name"]: each for each in palette}
    assert by_name["lista"]["fields"]
    assert by_name["lista"]["item"] == "item"
    assert {name for name, each in by_name.items() if each["figure"]} == {
        claim.name for claim in VOCABULARIES[type_].figures if claim.name
    }


def test_examples_of_the_table_are_what_the_products_example_says() -> None:
    day = values("daily_summary", Examples.daily_summary())
    assert [day[name] for name in ("dono", "loja", "data", "dia_da_semana")] == [
        "Paula", "Patas & Cia", "23/11", "segunda"
    ]  # fmt: skip
    assert (day["receita"], day["listados"], day["ficaram_de_fora"]) == ("R$ 1.450,00", 10, 2)
    assert day["lista"][0] == {  # type: ignore[index]
        "nome": "Rex", "pet": "Rex", "cliente": "Maria Silva", "servico": "Banho e tosa", "hora": "10:00"
    }  # fmt: skip
    low = values("low_occupancy", Examples.low_occupancy())
    assert (low["horarios"], low["quantos_horarios"], low["dispara"]) == ("10h, 14h, 16h", 3, True)
    campaign = values("custom_campaign", Examples.custom_campaign(), held_back=6)
    assert (campaign["alcance"], campaign["vao_receber"], campaign["melhor_momento"]) == (42, 36, "terça às 10h")
    assert campaign["ficaram_de_fora"] == 39


def test_nothing_known_is_empty_text() -> None:
    facts = Examples.custom_campaign(best_weekday=None, best_hour=None, message=" ", campaign_type="*")
    found = values("custom_campaign", facts, owner=None)
    assert (found["dono"], found["melhor_momento"], found["campanha"]) == ("", "", "personalizada")
    low = values("low_occupancy", Examples.low_occupancy(free_hours=()))
    assert (low["horarios"], low["quantos_horarios"]) == ("", 0)


def test_a_closed_day_has_its_day_and_why() -> None:
    facts = Examples.opportunities().model_validate(
        Examples.opportunities().model_dump() | {"closed": [{"date": "2026-06-04", "reason": "Corpus Christi"}]}
    )
    assert facts.closed[0].date == dt.date(2026, 6, 4)
    assert values("opportunities", facts)["fechados"] == [{"dia": "Quinta, 04/06", "motivo": "Corpus Christi"}]


def test_data_never_becomes_formatting() -> None:
    facts = Examples.birthdays()
    listed = tuple(line.model_copy(update={"pet": "*Rex*\n`_~", "client": "\u202eAna"}) for line in facts.listed)
    found = values("birthdays", facts.model_copy(update={"listed": listed}), owner="~Ana~ Lima")
    assert found["lista"][0] == {"pet": "Rex", "tutor": "Ana", "telefone": "11999998888"}  # type: ignore[index]
    assert found["dono"] == "Ana"
