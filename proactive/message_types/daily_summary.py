"""The day's summary, at 18:00: bookings, revenue, new clients, what is pending."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from proactive.message_types.base import MessageType, SpokenName
from proactive.model.facts import Facts, Line
from proactive.text.formats import roughly
from proactive.text.layout import Layout
from proactive.text.mood import Mood


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


def _mood(facts: DailySummaryFacts) -> Mood:
    # Only done bookings have a revenue, so it proves that there were some.
    return Mood.ACCOMPLISHED if facts.revenue > 0 else Mood.CALM


def _gist(facts: DailySummaryFacts) -> str:
    done = "houve atendimentos" if facts.revenue > 0 else "sem atendimentos concluídos"
    return f"resumo do dia: {roughly(facts.bookings)} agendamentos, {done}"


TYPE = MessageType(
    name="daily_summary",
    label="Resumo do dia",
    cron="0 18 * * *",
    rests_on_closed_days=True,
    latest=dt.time(20, 30),
    spoken=SpokenName("o", "resumo do dia", "resumo"),
    unconditional=True,
    facts=DailySummaryFacts,
    layout=Layout("daily_summary.txt.j2", _mood, _gist, total="bookings"),
    figure_labels={
        "bookings": "Agendamentos",
        "revenue": "Faturamento (R$)",
        "new_clients": "Clientes novos",
        "pending": "Pendentes de confirmação",
    },
)
