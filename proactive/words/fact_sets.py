"""The 24 fixed fact sets of every message type, with which words are checked before they are published.

In each set whose figures are pairwise different, swapped figures show. No owner is called as a client or pet of any
set, nor as another set's owner.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from proactive.words.occasion import Occasion
from proactive.words.registry import VOCABULARIES
from proactive.words.scenario import Scenario

_DAY = dt.date(2026, 11, 23)
_LONG = "Maximiliana Aparecida Conceição de Albuquerque Figueiredo Neta"
_LONG_PET = "Princesa Aurora Valentina dos Campos Floridos de Jacarepaguá"
_MANY = (1234, 98765, 4321, 567)

SCENARIOS: tuple[Scenario, ...] = (
    Scenario("zero", "tudo zerado", "Paula Prado", figures=(0, 0, 0, 0)),
    Scenario("one", "um de cada", "Otávio Reis", figures=(1, 1, 1, 1), message="Volte logo, sentimos sua falta!"),
    Scenario("two", "dois de cada", "Renata Melo", figures=(2, 2, 2, 2)),
    Scenario("thousands", "números grandes", "Sérgio Braga", figures=(1234, 1234, 1234, 1234)),
    Scenario("different", "números diferentes", "Tânia Moraes", message="Cliente VIP merece desconto especial!"),
    Scenario("other_different", "outros números diferentes", "Ulisses Porto", figures=(7, 320, 9, 4)),
    Scenario("few", "poucos, todos diferentes", "Vera Lúcia", figures=(2, 5, 1, 4), audience="inactive"),
    Scenario("many_different", "muitos, todos diferentes", "Wagner Pires", figures=_MANY, audience="all"),
    Scenario("first_zero", "só o primeiro número zerado", "Yara Teles", figures=(0, 6, 5, 3)),
    Scenario("others_zero", "só o primeiro número não zerado", "Zulmira Paz", figures=(8, 0, 0, 0)),
    Scenario("no_phone", "sem telefone", "Adriano Luz", phones=(None,), lines=5),
    Scenario("no_pet", "sem pet", "Bruna Faria", pet_names=(None,), lines=5),
    Scenario(
        "no_name", "sem nome nenhum", None, None, clients=(None, " "), pet_names=(None, "_*"), services=(None,), lines=4
    ),
    Scenario(
        "long_names", "nomes de 60 letras", "Cássia Viana", f"Pet Shop {_LONG}", clients=(_LONG,),
        pet_names=(_LONG_PET,), services=("Banho completo com hidratação, tosa higiênica e perfume importado",),
        pets_each=3, lines=5,
    ),
    Scenario(
        "longest_list", "lista mais longa", "Davi Salles", figures=(1500, 45, 30, 20), lines=10, longest=200,
        clients=(_LONG, "Helena Prado"), pet_names=(_LONG_PET, "Nina"), pets_each=12,
    ),
    Scenario(
        "emoji", "nomes com emoji", "Érica Bastos 🌻", "Pet 🐾 Feliz", clients=("Ana 👩‍👧 Costa", "João ❤️"),
        pet_names=("Luna 🐶", "👑"), message="🐶 Banho em dobro esta semana! 🎉", lines=5,
    ),
    Scenario(
        "leap_day", "29 de fevereiro", "Fábio Leal", figures=(3, 29, 2, 1), date=dt.date(2028, 2, 29)
    ),
    Scenario("nothing_free", "nada livre", "Glória Maia", figures=(9, 0, 0, 5), nothing_free=True, lines=3),
    Scenario(
        "closed_day", "um dia fechado", "Hugo Falcão", date=dt.date(2026, 6, 2), lines=3,
        closed=((dt.date(2026, 6, 4), "Corpus Christi"),),
    ),
    Scenario(
        "closed_days", "três dias fechados", "Íris Campos", figures=(0, 0, 3, 1), nothing_free=True, lines=2,
        closed=tuple((_DAY + dt.timedelta(days=n), "você marcou") for n in (1, 2, 3)),
    ),
    Scenario(
        "figures_in_names", "nomes com números", "Jonas Brito", "Nenhum Cliente 24h", figures=(4, 11, 2, 6),
        clients=("99 agendamentos", "Não Pendente 7", "R$ 5,00"), pet_names=("12 dias", "Rex 2", "Mil clientes"),
        services=("Pacote 10 banhos por R$ 300",), lines=4,
    ),
    Scenario(
        "quotes_in_names", "nomes com aspas e sinais", "Kátia Rangel", '"Patas" & {Cia}', lines=5,
        clients=('"Maria" Silva', "{{ dono }}", "*Ana*"), pet_names=('"Rex"', "{pet}", "~Luna~"),
        message='Diga "quero"\n"Banho" com {pet} por nossa conta!',
    ),
    Scenario(
        "nobody_listed", "ninguém na lista", "Lauro Dantas", figures=(6, 13, 4, 2), lines=0, longest=0
    ),
    Scenario("two_pets", "vários pets por cliente", "Nádia Queiroz", figures=(10, 60, 8, 7), pets_each=2, lines=5),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FactSet:
    """Fixed facts of a type. `key` is English, `label` Portuguese, for the page."""

    key: str
    label: str
    occasion: Occasion


@cache
def fact_sets(type_: str) -> tuple[FactSet, ...]:
    """The fact sets of a message type, always the same ones.

    Raises:
        KeyError: the type has no words of its own.
    """
    made = VOCABULARIES[type_].made
    return tuple(FactSet(each.key, each.label, Occasion(made(each), each.owner, each.business)) for each in SCENARIOS)
