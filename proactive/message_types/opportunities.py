"""Openings of the next three days worth filling, on Tuesdays and Thursdays at 15:00."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from proactive.message_types.base import MessageType, SpokenName
from proactive.message_types.offering import Offer, Offering
from proactive.model.facts import Facts, Line, Value
from proactive.text.formats import counted, every_weekday, integer, roughly, weekday
from proactive.text.layout import Layout
from proactive.text.mood import Mood
from proactive.text.names import Names
from proactive.text.sanitize import clean_name

_RHYTHMS = {"weekly": "semanalmente", "fortnightly": "quinzenalmente", "monthly": "mensalmente"}
_PARTS_OF_DAY = {"morning": "da manhã", "afternoon": "da tarde", "evening": "da noite"}
_FEMININE_ENDINGS = ("a", "ção", "são", "gem", "dade")
_MASCULINE_IN_A = frozenset({"spa", "dia"})
#: The actions for one client: the text that it would receive, and whether it is preferably one who came long ago.
_TO_ONE = {
    "Enviar lembrete": ("Faz um tempinho que {pet} não {vem|vêm} nos visitar. Vamos marcar?", True),
    "Oferecer horário premium": ("Separei um horário especial para {pet} esta semana. Quer que eu reserve?", False),
}


class VisitorLine(Line):
    """A client who may need a visit, with its strongest true reason.

    `weekday` is the ISO weekday (1 Monday to 7 Sunday) of a `vip_weekday`; `rhythm` how a `rhythm` client
    books; `service` (of the last visit, may be None) and `days_since` (local days since it) always hold.
    """

    name: str | None
    reason: Literal["vip_weekday", "rhythm", "last_visit"]
    weekday: int | None = None
    rhythm: Literal["weekly", "fortnightly", "monthly"] | None = None
    service: str | None = None
    days_since: int


class ClosedDay(Value):
    """A local day that is closed although the weekly hours are open, and why: `Corpus Christi`, `você marcou`."""

    date: dt.date
    reason: str


class OpportunitiesFacts(Facts):
    """The bookings and openings of the next three local days.

    `emptiest` is the part of the day with most free slots, None if none is free. `closed` are those of the three days
    that the business' calendar closes; empty where it uses none.
    """

    counted: ClassVar[tuple[str, ...]] = ("confirmed", "free_slots")

    confirmed: int
    free_slots: int
    emptiest: Literal["morning", "afternoon", "evening"] | None
    listed: tuple[VisitorLine, ...]
    closed: tuple[ClosedDay, ...] = ()

    def extra_figures(self, shown: int) -> dict[str, Any]:
        """Each listed client's reason; the closed days, where there are some."""
        closed = [day.model_dump(mode="json") for day in self.closed]
        return {"reasons": [line.reason for line in self.listed[:shown]]} | ({"closed": closed} if closed else {})


def closed_days(facts: OpportunitiesFacts) -> list[str]:
    """The closed days in words: `Quinta, 04/06: fechado (Corpus Christi)`."""
    return [
        f"{weekday(day.date.isoweekday()).capitalize()}, {day.date:%d/%m}: fechado ({clean_name(day.reason)})"
        for day in facts.closed
    ]


def visitor_reason(line: VisitorLine, names: Names) -> str:
    """The reason why a client may need a visit: `costuma agendar quinzenalmente`, `último banho há 25 dias`, ..."""
    if line.reason == "vip_weekday" and line.weekday is not None:
        return f"cliente VIP, sempre agenda {every_weekday(line.weekday)}"
    if line.reason == "rhythm" and line.rhythm is not None:
        return f"costuma agendar {_RHYTHMS[line.rhythm]}"
    when = f"há {counted(line.days_since, 'dia', 'dias')}" if line.days_since else "hoje"
    return f"{_last_service(line.service, names)} {when}"


def suggested_actions(facts: OpportunitiesFacts, listed: Sequence[VisitorLine], names: Names) -> list[str]:
    """At most three things to do: whom of `listed` to remind, whom to offer a slot, when to promote.

    The one to remind is preferably listed for a visit long ago, the one with the offer for a habit. With
    fewer clients than that the free slots themselves are to be published; without free slots nothing is
    offered.
    """
    named = [line for line in listed if names.first_name(line.name)]
    named.sort(key=lambda line: line.reason != "last_visit")
    reminded, rest = named[:1], named[1:]
    rest.sort(key=lambda line: line.reason == "last_visit")
    actions = [f"Enviar lembrete para {names.first_name(line.name)}" for line in reminded]
    if facts.free_slots and facts.emptiest:
        actions += [f"Oferecer horário premium para {names.first_name(line.name)}" for line in rest[:1]]
        actions.append(f"Promoção relâmpago para horários {_PARTS_OF_DAY[facts.emptiest]}")
        actions.append(_publish(facts.free_slots))
    return actions[:3]


def _publish(free_slots: int) -> str:
    if free_slots == 1:
        return "Divulgar o horário vago no status do WhatsApp"
    return f"Divulgar os {integer(free_slots)} horários vagos no status do WhatsApp"


def _last_service(raw: str | None, names: Names) -> str:
    # The data does not say a service's gender; its first word's ending is right for the usual ones
    # (tosa, consulta, vacinação, lavagem).
    service = clean_name(raw)
    if service is None:
        return "último atendimento"
    word = service.split(" ")[0]
    lowered = service if word[1:] != word[1:].lower() else word.lower() + service[len(word) :]
    feminine = word.lower().endswith(_FEMININE_ENDINGS) and word.lower() not in _MASCULINE_IN_A
    return f"{'última' if feminine else 'último'} {names.service(lowered)}"


def _mood(facts: OpportunitiesFacts) -> Mood:
    return Mood.CALM


def _gist(facts: OpportunitiesFacts) -> str:
    return f"oportunidades dos próximos dias: {roughly(facts.free_slots)} horários livres"


def _offers(figures: Mapping[str, Any], data: Mapping[str, Any], content: str) -> list[Offer]:
    """The suggested actions that are mailings, numbered as the message numbers them: to whom an action names, and to
    the other listed ones. An action whose client cannot be told from the text is none.
    """
    listed, shown = list(figures.get("listed", [])), re.findall(r"(?m)^- (.*)$", content)
    if len(shown) < len(listed):
        return []
    names = ["" if line.startswith("Cliente - ") else line.split(" ")[0] for line in shown]
    left = [
        (client, name, reason == "last_visit")
        for client, name, reason in zip(listed, names, figures.get("reasons", []), strict=False)
    ]
    found = []
    for number, action in re.findall(r"(?m)^(\d)\. (.*)$", content):
        what, _, whom = action.partition(" para ")
        if what in _TO_ONE:
            text, long_ago = _TO_ONE[what]
            called = [each for each in left if each[1] == whom]
            chosen = sorted(called, key=lambda each: each[2] is not long_ago)[:1]
            left = [each for each in left if each not in chosen]
            found.append(Offer(int(number), text, {"clients": [client for client, _, _ in chosen]}))
        elif action.startswith("Promoção relâmpago"):
            part = action.rpartition(" ")[2]
            text = f"Temos horários livres da {part} esta semana. Que tal trazer {{pet}}?"
            found.append(Offer(int(number), text, {"clients": [client for client, _, _ in left]}))
    return [offer for offer in found if offer.rule["clients"]]


TYPE = MessageType(
    name="opportunities",
    label="Oportunidades",
    cron="0 15 * * 2,4",
    needs_open=(1, 2, 3),
    latest=dt.time(17),
    spoken=SpokenName("as", "oportunidades", "oportunidades"),
    facts=OpportunitiesFacts,
    layout=Layout("opportunities.txt.j2", _mood, _gist, phrases=(visitor_reason, suggested_actions, closed_days)),
    offering=Offering(
        _offers,
        ("oportunidades", "lembrete", "horário premium", "promoção relâmpago"),
        "create",
        "oportunidades?",
        until_day=1,
    ),
    figure_labels={
        "confirmed": "Confirmados",
        "free_slots": "Horários livres",
        "reasons": "Motivos",
        "closed": "Dias fechados",
    },
    code_labels={"vip_weekday": "VIP de dia certo", "rhythm": "ritmo", "last_visit": "última visita"},
)
