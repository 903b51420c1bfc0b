"""The phrases that say a fact: why a client is listed, what the owner could do, when to send."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from proactive.model.facts import ClientLine, ContactLine, CustomCampaignFacts, OpportunitiesFacts, VisitorLine
from proactive.model.occurrence import Audience
from proactive.text.ai.pseudonyms import Names
from proactive.text.formats import counted, every_weekday, hour, integer, joined, weekday
from proactive.text.sanitize import clean_name, clean_text

_RHYTHMS = {"weekly": "semanalmente", "fortnightly": "quinzenalmente", "monthly": "mensalmente"}
_PARTS_OF_DAY = {"morning": "da manhã", "afternoon": "da tarde", "evening": "da noite"}
_AUDIENCES = {
    Audience.INACTIVE: "clientes inativos",
    Audience.VIP: "clientes VIP",
    Audience.ALL: "todos os clientes",
}
_CAMPAIGN_TEXTS = {
    Audience.INACTIVE: "Sentimos sua falta! 20% de desconto no próximo banho",
    Audience.VIP: "Você é cliente VIP e merece um cuidado especial! Vamos agendar o próximo horário?",
    Audience.ALL: "Que tal agendar o próximo horário do seu pet? Estamos esperando por vocês!",
}
_FEMININE_ENDINGS = ("a", "ção", "são", "gem", "dade")
_MASCULINE_IN_A = frozenset({"spa", "dia"})
_MOST_PETS_IN_A_LINE = 10


def pets_of(line: ClientLine, names: Names) -> str | None:
    """`Pet: Rex`, `Pets: Rex, Luna e Max`, None without pets; beyond ten `... e mais N`."""
    pets = [pet for pet in map(names.pet, line.pets) if pet]
    if not pets:
        return None
    shown, hidden = pets[:_MOST_PETS_IN_A_LINE], len(pets) - _MOST_PETS_IN_A_LINE
    if hidden > 0:
        shown.append(f"mais {hidden}")
    return f"{'Pet' if len(pets) == 1 else 'Pets'}: {joined(shown)}"


def visitor_reason(line: VisitorLine, names: Names) -> str:
    """Why a client may need a visit: `costuma agendar quinzenalmente`, `último banho há 25 dias`, ..."""
    if line.reason == "vip_weekday" and line.weekday is not None:
        return f"cliente VIP, sempre agenda {every_weekday(line.weekday)}"
    if line.reason == "rhythm" and line.rhythm is not None:
        return f"costuma agendar {_RHYTHMS[line.rhythm]}"
    when = f"há {counted(line.days_since, 'dia', 'dias')}" if line.days_since else "hoje"
    return f"{_last_service(line.service, names)} {when}"


def contact_reason(line: ContactLine) -> str:
    """Why a client is to be contacted urgently: `cliente VIP, 20 agendamentos`, ..."""
    if line.reason == "vip":
        return f"cliente VIP, {counted(line.done_bookings, 'agendamento', 'agendamentos')}"
    if line.reason == "last_minute":
        return "sempre agenda em cima da hora"
    days = line.days_since_contact
    when = f"{counted(days, 'dia', 'dias')} atrás" if days else "hoje"
    return f"último contato: {when}"


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


def audience(facts: CustomCampaignFacts) -> str:
    """The audience in words: `clientes VIP`."""
    return _AUDIENCES[facts.target_audience]


def campaign_text(facts: CustomCampaignFacts) -> str:
    """The text that the campaign's clients would receive: the owner's own, else one that fits the audience."""
    return clean_text(facts.message) or _CAMPAIGN_TEXTS[facts.target_audience]


def best_time(facts: CustomCampaignFacts) -> str | None:
    """`terça às 10h`, or what is known of it; None where nothing is."""
    day = None if facts.best_weekday is None else weekday(facts.best_weekday)
    at = None if facts.best_hour is None else hour(dt.time(facts.best_hour))
    if day and at:
        return f"{day} {'à' if at == '1h' else 'às'} {at}"
    return day or at


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
