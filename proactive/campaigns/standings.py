"""How a campaign stands, in the words of Aurora's answers."""

from __future__ import annotations

import datetime as dt

from proactive.campaigns.conversation_view import CampaignView
from proactive.campaigns.states import Status
from proactive.campaigns.store import CampaignStore
from proactive.campaigns.subject import SubjectCandidate
from proactive.campaigns.wording import clients, moment_in_words, reasons_in_words
from proactive.replies.readings import Kind, Reading
from proactive.text.formats import joined
from proactive.text.names import Names

_NAMES_SHOWN = 20


def standing_in_words(campaign: CampaignView, candidate: SubjectCandidate, now: dt.datetime) -> str:
    """How a campaign stands: the end of `A campanha "..." ...`. `now` is in the organisation's zone."""
    sent, number, zone = campaign.count("sent"), campaign.frozen or 0, now.tzinfo
    if campaign.status is Status.RUNNING:
        return f"está em andamento: {sent} de {number}"
    if campaign.status is Status.PAUSED:
        return f"está parada em {sent} de {number}. Responda CONTINUAR para retomar ou CANCELAR para encerrar"
    if campaign.status is Status.CONFIRMED and campaign.confirmed_at is not None:
        by_you = campaign.confirmed_by in (None, candidate.organization.owner.id)
        begins = moment_in_words(max(campaign.starts_at or now, now).astimezone(zone), now)
        at = campaign.confirmed_at.astimezone(zone)
        return f"já foi confirmada por {'você' if by_you else 'outra pessoa'} às {at:%H:%M} e começa {begins}"
    day = (campaign.ended_at or campaign.valid_until).astimezone(zone)
    if campaign.status is Status.DONE:
        return f"já foi enviada em {day:%d/%m} para {clients(sent)} e não se repete"
    if campaign.status is Status.STOPPED:
        return f"foi encerrada em {day:%d/%m}: {sent} de {number} receberam"
    return f"foi cancelada em {day:%d/%m} e ninguém recebeu"


def state_line(campaign: CampaignView, reading: Reading, store: CampaignStore, now: dt.datetime) -> str:
    """What a question about an offer or a preview is answered: who, how many, the text, or how it stands."""
    audience = [each for each in store.audience(campaign, campaign.audience, now, {}) if each.reason is None]
    if reading.kind is Kind.WHO:
        names = [Names().first_name(each.name) or "cliente sem nome" for each in audience[:_NAMES_SHOWN]]
        more = len(audience) - len(names)
        return f"Vão receber: {joined(names)}{f' e mais {more}' if more else ''}." if names else "Ninguém pode receber."
    if reading.kind is Kind.SHOW:
        return f'O texto: "{campaign.text or ""}"'
    left_out = f" Ficam de fora: {reasons_in_words(campaign.left_out)}." if campaign.left_out else ""
    return f"Vão receber: {clients(len(audience))}.{left_out}"
