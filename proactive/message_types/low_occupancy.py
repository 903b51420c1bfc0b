"""The alert that tomorrow is nearly empty, at 17:00."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from proactive.message_types.base import MessageType, SpokenName
from proactive.message_types.offering import Offer, Offering, own_hour_texts, own_text, quoted
from proactive.model.facts import Facts, Line
from proactive.text.formats import counted, roughly
from proactive.text.layout import Layout
from proactive.text.mood import Mood


class ContactLine(Line):
    """A client to contact urgently, with its strongest true reason and what that reason counts."""

    name: str | None
    reason: Literal["vip", "last_minute", "last_contact"]
    done_bookings: int
    days_since_contact: int


class LowOccupancyFacts(Facts):
    """Tomorrow's live bookings, at most 15 clients to contact, at most 3 free hours (local starts)."""

    counted: ClassVar[tuple[str, ...]] = ("bookings",)

    bookings: int
    free_hours: tuple[dt.time, ...]
    listed: tuple[ContactLine, ...]

    def extra_figures(self, shown: int) -> dict[str, Any]:
        """Each listed client's reason; the free hours as `HH:MM`."""
        return {
            "reasons": [line.reason for line in self.listed[:shown]],
            "free_hours": [f"{hour:%H:%M}" for hour in self.free_hours],
        }


def contact_reason(line: ContactLine) -> str:
    """The reason to contact a client urgently: `cliente VIP, 20 agendamentos`, ..."""
    if line.reason == "vip":
        return f"cliente VIP, {counted(line.done_bookings, 'agendamento', 'agendamentos')}"
    if line.reason == "last_minute":
        return "sempre agenda em cima da hora"
    days = line.days_since_contact
    when = f"{counted(days, 'dia', 'dias')} atrás" if days else "hoje"
    return f"último contato: {when}"


def _mood(facts: LowOccupancyFacts) -> Mood:
    return Mood.ENCOURAGING


def _gist(facts: LowOccupancyFacts) -> str:
    return f"alerta: {roughly(facts.bookings)} agendamentos para amanhã"


def _offers(figures: Mapping[str, Any], data: Mapping[str, Any], content: str) -> list[Offer]:
    rule = {"clients": figures.get("listed", []), "free_hours": True} | own_hour_texts(figures)
    return [Offer(0, own_text(figures) or quoted(content), rule)]


TYPE = MessageType(
    name="low_occupancy",
    label="Baixa ocupação",
    cron="0 17 * * *",
    condition="se a agenda do dia seguinte estiver vazia",
    needs_open=(1,),
    surely_open=True,
    spoken=SpokenName("o", "alerta de agenda vazia", "alerta"),
    facts=LowOccupancyFacts,
    layout=Layout("low_occupancy.txt.j2", _mood, _gist, phrases=(contact_reason,)),
    offering=Offering(_offers, ("horários de amanhã",), "send", "amanha|horarios?", until_day=0),
    figure_labels={"bookings": "Agendamentos", "reasons": "Motivos", "free_hours": "Horas livres citadas"},
    code_labels={"vip": "VIP", "last_minute": "em cima da hora", "last_contact": "último contato"},
)
