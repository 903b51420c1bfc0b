"""A business's own words in tests: templates around a fragment, random facts of every type, the faults by code."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from proactive.message_types.birthdays import BirthdaysFacts
from proactive.message_types.custom_campaign import CustomCampaignFacts
from proactive.message_types.daily_summary import DailySummaryFacts
from proactive.message_types.inactive_clients import InactiveClientsFacts
from proactive.message_types.low_occupancy import LowOccupancyFacts
from proactive.message_types.opportunities import OpportunitiesFacts
from proactive.model.facts import Facts
from proactive.words.checks import check
from proactive.words.content import Content, Template, Wording
from proactive.words.fact_sets import fact_sets
from proactive.words.fault import refusing
from proactive.words.occasion import Occasion
from proactive.words.publishing import faults_at_publishing
from proactive.words.registry import VOCABULARIES
from proactive.words.writing import write

_LIST = "{% for item in lista %}\n- {{ item.nome }}\n{% endfor %}\n"
_PETS = _LIST.replace("nome", "pet")
_EACH_ACTION = "{% for acao in acoes %}\n{{ acao.numero }}) {{ acao.texto }}\n{% endfor %}\n\n"
_ACTIONS = f"{{% if quantas_acoes %}}{_EACH_ACTION}Crio?{{% endif %}}"
#: A short true template of each type, with a place for what a test is about.
FRAMES = {
    "daily_summary": f"@@\n\n{_LIST}\nFim!",
    "inactive_clients": (
        f'{{% if inativos %}}\n@@\n\n{_LIST}\n"{{{{ sugestao }}}}"\n\nPosso criar?\n{{% else %}}\n'
        "Nenhum cliente inativo há mais de {{ dias }} dias\n{% endif %}"
    ),
    "birthdays": (
        f'{{% if aniversariantes %}}\n@@\n\n{_PETS}\n"{{{{ sugestao }}}}"\n\nQuer?\n{{% else %}}\n'
        "Nenhum aniversariante hoje\n{% endif %}"
    ),
    "opportunities": f"@@\n\n{_LIST}\n{_ACTIONS}",
    "low_occupancy": f'@@\n\n{_LIST}\n"{{{{ sugestao }}}}"\n\nEnvio?',
    "custom_campaign": (
        f'@@\n\n{{% if alcance %}}\n{_LIST}\n"{{{{ mensagem }}}}"\n{{% if melhor_momento %}}\n'
        "{{ melhor_momento }}\n{% endif %}\nEnvio?\n{% endif %}"
    ),
}
#: What each type must state, as short as it may be said.
FIGURES = {
    "daily_summary": (
        "Agendamentos: {{ agendamentos }}\nReceita: {{ receita }}\nNovos clientes: {{ novos_clientes }}\n"
        "Pendentes: {{ pendentes }}"
    ),
    "inactive_clients": "{{ inativos }} clientes inativos há mais de {{ dias }} dias",
    "birthdays": "{{ aniversariantes }} aniversariantes hoje",
    "opportunities": "Próximos 3 dias:\n{{ confirmados }} confirmados\n{{ horarios_vagos }} horários vagos",
    "low_occupancy": (
        "Amanhã temos {{ agendamentos }} agendamentos.\n{% if listados %}{{ listados }} clientes para chamar{% endif %}"
    ),
    "custom_campaign": "{{ campanha }} para {{ publico }}: {{ alcance }} clientes",
}


def framed(type_: str, fragment: str) -> Template:
    """A template of a type around a fragment that stands for what it must state."""
    return Template(FRAMES[type_].replace("@@", fragment))


def true_and(type_: str, more: str) -> Template:
    """A template that states everything, and one line more."""
    return framed(type_, f"{FIGURES[type_]}\n{more}")


def house(type_: str) -> Template:
    """The house text in the grammar."""
    return Template(VOCABULARIES[type_].house_source)


#: Fact sets in which most faults show.
_TELLING = ("zero", "one", "different", "few", "closed_day")


def refusals(type_: str, content: Content) -> set[str]:
    """The codes that refuse words of a type on the most telling fact sets."""
    sets = [each for each in fact_sets(type_) if each.key in _TELLING]
    vocabulary = VOCABULARIES[type_]
    return {fault.code for each in sets for fault in refusing(check(vocabulary, content, each.occasion))}


def publishing_refusals(type_: str, content: Content) -> set[str]:
    """The codes that refuse to publish words of a type."""
    return {fault.code for fault in refusing(faults_at_publishing(type_, content))}


def faults(type_: str, content: Content, facts: Facts, owner: str | None = "Paula Prado") -> set[str]:
    """The codes that refuse words on facts."""
    return {
        fault.code for fault in refusing(check(VOCABULARIES[type_], content, Occasion(facts, owner, "Patas & Cia")))
    }


def text(type_: str, content: Content, facts: Facts, *, held_back: int = 0) -> str:
    """The text that words make of facts."""
    return write(VOCABULARIES[type_], content, Occasion(facts, "Paula Prado", "Patas & Cia", held_back)).text


def wording(**fields: str) -> Wording:
    """A wording of fields."""
    return Wording(**fields)


_NAMES: Sequence[str | None] = (
    None, "", " ", "Maria Silva", "João", "Ana 👩‍👧", "W" * 70, "*_~`", '"Rex"', "R$ 5,00", "12 agendamentos", "Não 3",
    "a\nb", "\u202eabc", "{{ dono }}", "José da Silva Xavier", "Rex 2", "🐶" * 40,
)  # fmt: skip
_PHONES: Sequence[str | None] = (None, "", "11999998888", "+55 (31) 9999-8888", "?", "00 351 912 345 678", "0800")
_DAY = dt.date(2026, 11, 23)


def random_facts(chance: random.Random, type_: str) -> Facts:
    """Facts of a type as no business has them, of a random generator that decides everything."""
    return _RANDOM[type_](chance)


def _lines(chance: random.Random, most: int, line: Any) -> list[dict[str, Any]]:
    number = chance.choice((0, 1, 2, most, chance.randint(0, most)))
    return [{"id": UUID(int=n), **line(chance)} for n in range(number)]


def _client(chance: random.Random) -> dict[str, Any]:
    pets = [chance.choice(_NAMES) or "" for _ in range(chance.choice((0, 1, 2, 15)))]
    return {"name": chance.choice(_NAMES), "phone": chance.choice(_PHONES), "pets": pets}


def _count(chance: random.Random) -> int:
    return chance.choice((0, 1, 2, 3, 15, 1234, chance.randint(0, 10**6)))


def _daily_summary(chance: random.Random) -> Facts:
    lines = _lines(chance, 10, lambda c: {
        "pet": c.choice(_NAMES), "client": c.choice(_NAMES), "service": c.choice(_NAMES),
        "at": dt.time(c.randint(0, 23), c.randint(0, 59)),
    })  # fmt: skip
    money = Decimal(_count(chance)) + Decimal(chance.choice((0, 1, 50, 99))) / 100
    bookings = len(lines) + (chance.choice((0, 1, 1234)) if len(lines) == 10 else 0)
    return DailySummaryFacts.model_validate({
        "date": _DAY, "fires": True, "bookings": bookings, "revenue": money, "new_clients": _count(chance),
        "pending": _count(chance), "listed": lines,
    })  # fmt: skip


def _inactive_clients(chance: random.Random) -> Facts:
    lines = _lines(chance, 10, _client)
    inactive = len(lines) + (chance.choice((0, 1, 1234)) if len(lines) == 10 else 0)
    days = chance.choice((1, 2, 30, 45, 3650))
    return InactiveClientsFacts.model_validate(
        {"date": _DAY, "fires": inactive > 0, "days": days, "inactive": inactive, "listed": lines}
    )


def _birthdays(chance: random.Random) -> Facts:
    lines = _lines(chance, chance.choice((3, 3, 3, 200)), lambda c: {
        "pet": c.choice(_NAMES) or "", "client": c.choice(_NAMES), "phone": c.choice(_PHONES)
    })  # fmt: skip
    birthdays = len(lines) + (chance.choice((0, 1, 1234)) if len(lines) == 200 else 0)
    return BirthdaysFacts.model_validate(
        {"date": _DAY, "fires": birthdays > 0, "birthdays": birthdays, "listed": lines}
    )


def _opportunities(chance: random.Random) -> Facts:
    def line(c: random.Random) -> dict[str, Any]:
        reason = c.choice((
            {"reason": "vip_weekday", "weekday": c.randint(1, 7)},
            {"reason": "rhythm", "rhythm": c.choice(("weekly", "fortnightly", "monthly"))},
            {"reason": "last_visit", "service": c.choice(_NAMES)},
        ))  # fmt: skip
        return {"name": c.choice(_NAMES), "days_since": c.choice((0, 1, 25, 1234)), **reason}

    free = _count(chance)
    closed = [
        {"date": _DAY + dt.timedelta(n + 1), "reason": chance.choice(("você marcou", "Corpus Christi"))}
        for n in range(chance.choice((0, 0, 1, 3)))
    ]
    return OpportunitiesFacts.model_validate({
        "date": _DAY, "fires": True, "confirmed": _count(chance), "free_slots": free,
        "emptiest": chance.choice(("morning", "afternoon", "evening")) if free else None,
        "listed": _lines(chance, 5, line), "closed": closed,
    })  # fmt: skip


def _low_occupancy(chance: random.Random) -> Facts:
    lines = _lines(chance, 15, lambda c: {
        "name": c.choice(_NAMES), "reason": c.choice(("vip", "last_minute", "last_contact")),
        "done_bookings": _count(c), "days_since_contact": c.choice((0, 1, 25)),
    })  # fmt: skip
    hours = [dt.time(9 + n, chance.choice((0, 30))) for n in range(chance.randint(0, 3))]
    return LowOccupancyFacts.model_validate({
        "date": _DAY, "fires": chance.random() < 0.5, "bookings": _count(chance), "free_hours": hours, "listed": lines
    })  # fmt: skip


def _custom_campaign(chance: random.Random) -> Facts:
    lines = _lines(chance, 5, _client)
    reach = len(lines) + (chance.choice((0, 1, 1234)) if len(lines) == 5 else 0)
    return CustomCampaignFacts.model_validate({
        "date": _DAY, "fires": True, "campaign_type": chance.choice(_NAMES) or "promo",
        "target_audience": chance.choice(("inactive", "vip", "all")), "reach": reach, "listed": lines,
        "message": chance.choice((None, "Volte logo!", "Banho\nem dobro", " ", 'Diga "sim"', "a" * 1500)),
        "best_weekday": chance.choice((None, 1, 7)), "best_hour": chance.choice((None, 1, 10)),
    })  # fmt: skip


_RANDOM = {
    "daily_summary": _daily_summary, "inactive_clients": _inactive_clients, "birthdays": _birthdays,
    "opportunities": _opportunities, "low_occupancy": _low_occupancy, "custom_campaign": _custom_campaign,
}  # fmt: skip
