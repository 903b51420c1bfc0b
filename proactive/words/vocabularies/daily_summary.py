"""The vocabulary of the day's summary."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from proactive.message_types.daily_summary import TYPE, BookingLine, DailySummaryFacts
from proactive.text.formats import clock, money
from proactive.words.common_names import NAMES, common, number, text, text_field
from proactive.words.occasion import Seen
from proactive.words.scenario import Scenario
from proactive.words.vocabulary import FigureClaim, NameValue, Vocabulary, WordingField


def _bookings(seen: Seen) -> NameValue:
    return [
        {
            "nome": NAMES.pet(line.pet) or NAMES.client(line.client) or "Cliente",
            "pet": NAMES.pet(line.pet) or "",
            "cliente": NAMES.client(line.client) or "",
            "servico": NAMES.service(line.service) or "Atendimento",
            "hora": clock(line.at),
        }
        for line in seen.facts.listed[: seen.shown]
    ]


def _made(scenario: Scenario) -> DailySummaryFacts:
    bookings, revenue, new, pending = scenario.figures
    lines = range(min(bookings, 10) if scenario.lines is None else scenario.lines)
    listed = tuple(
        BookingLine(
            id=scenario.id(n), pet=scenario.pet(n), client=scenario.client(n), service=scenario.service(n),
            at=dt.time(8 + n, 30 * (n % 2)),
        )
        for n in lines
    )  # fmt: skip
    return DailySummaryFacts(
        date=scenario.date, fires=True, bookings=bookings, revenue=Decimal(revenue), new_clients=new, pending=pending,
        listed=listed,
    )  # fmt: skip


_FIELDS = (
    text_field("nome", "pet; sem pet, o cliente", "Rex"),
    text_field("pet", "nome do pet", "Rex"),
    text_field("cliente", "nome do cliente", "Maria Silva"),
    text_field("servico", "serviço", "Banho e tosa"),
    text_field("hora", "hora de início", "10:00"),
)

VOCABULARY = Vocabulary(
    type=TYPE,
    names=(
        *common("agendamentos do dia", _FIELDS, _bookings),
        number("agendamentos", "agendamentos do dia", 12, lambda seen: int(seen.facts.bookings), figure=True),
        text("receita", "receita do dia", "R$ 1.450,00", lambda seen: money(seen.facts.revenue), figure=True),
        number("novos_clientes", "clientes novos do dia", 3, lambda seen: int(seen.facts.new_clients), figure=True),
        number("pendentes", "agendamentos a confirmar", 2, lambda seen: int(seen.facts.pending), figure=True),
    ),
    figures=(
        FigureClaim("agendamentos", "agendamentos", (r"agendament\w*",)),
        FigureClaim(
            "receita", "receita", (r"receita\w*|faturamento\w*|faturou\w*|reais|r\$",), money=True
        ),
        FigureClaim("novos_clientes", "novos clientes", (r"nov\w*", r"client\w*")),
        FigureClaim("pendentes", "pendentes", (r"pendent\w*|pendenc\w*",), may_stand=r"agendament\w*"),
    ),
    made=_made,
    wording=(
        WordingField(
            "greeting", "Saudação", "Olá! Aqui está o resumo do seu dia 📊",
            (("Olá! Aqui está o resumo do seu dia 📊", "{{ saudacao }}"),),
        ),
        WordingField(
            "closing", "Despedida", "Ótimo trabalho! Continue assim! 🚀",
            (("Ótimo trabalho! Continue assim! 🚀", "{{ despedida }}"),),
        ),
    ),
)  # fmt: skip
