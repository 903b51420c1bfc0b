"""The day's summary, at 18:00: bookings, revenue, new clients, what is pending."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from proactive.message_types.base import MessageType
from proactive.model.facts import Facts, Line
from proactive.text.layout import Layout
from proactive.text.required_figures import BOOKING, CLIENT, RequiredFigure, plain, required


class BookingLine(Line):
    """A live booking of the day; `at` is its local start."""

    pet: str | None
    client: str | None
    service: str | None
    at: dt.time


class DailySummaryFacts(Facts):
    """The day's bookings, revenue in reais, new clients, pending bookings; at most 10 lines."""

    counted: ClassVar[tuple[str, ...]] = ("bookings", "revenue", "new_clients", "pending")

    bookings: int
    revenue: Decimal
    new_clients: int
    pending: int
    listed: tuple[BookingLine, ...]


def _required_figures(facts: DailySummaryFacts, shown: int) -> tuple[RequiredFigure, ...]:
    revenue = RequiredFigure(
        plain(facts.revenue), (("receita", "faturamento", "faturou", "reais", "r$"),), is_money=True
    )
    return (
        required(facts.bookings, BOOKING),
        revenue,
        required(facts.new_clients, ("nov",), CLIENT),
        required(facts.pending, ("pendente", "pendência"), may_have=BOOKING),
    )


TYPE = MessageType(
    name="daily_summary",
    label="Resumo do dia",
    cron="0 18 * * *",
    unconditional=True,
    facts=DailySummaryFacts,
    layout=Layout("daily_summary.txt.j2", _required_figures, total="bookings"),
    figure_labels={
        "bookings": "Agendamentos",
        "revenue": "Faturamento (R$)",
        "new_clients": "Clientes novos",
        "pending": "Pendentes de confirmação",
    },
)
