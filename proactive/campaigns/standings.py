"""How a campaign stands, in the words of Aurora's answers."""

from __future__ import annotations

import datetime as dt

from proactive.campaigns.conversation_view import CampaignView
from proactive.campaigns.pause_causes import ENDED_BY_OWNER
from proactive.campaigns.refusals import person_in_words
from proactive.campaigns.states import Status
from proactive.campaigns.store import CampaignStore
from proactive.campaigns.subject import SubjectCandidate
from proactive.campaigns.wording import clients, clock_in_words, moment_in_words, of_all, reasons_in_words
from proactive.replies.readings import Kind, Reading
from proactive.text.formats import integer, joined
from proactive.text.names import Names

_NAMES_SHOWN = 20
BY_OWNER = "Responda CONTINUAR para retomar ou CANCELAR para encerrar."


def standing_in_words(
    campaign: CampaignView, candidate: SubjectCandidate, now: dt.datetime, delay: dt.timedelta, goes_on: str = BY_OWNER
) -> str:
    """How a campaign stands: the end of `A campanha "..." ...`. `now` is in the organisation's zone, `delay` how long
    after its confirmation it begins, `goes_on` says how one goes on that is paused."""
    sent, number, zone = campaign.count("sent"), campaign.frozen or 0, now.tzinfo
    if campaign.status is Status.RUNNING:
        return f"está em andamento: {of_all(sent, number)}"
    if campaign.status is Status.PAUSED:
        return f"está parada em {of_all(sent, number)}. {goes_on.removesuffix('.')}"
    if campaign.status is Status.CONFIRMED and campaign.confirmed_at is not None:
        at = campaign.confirmed_at.astimezone(zone)
        when = f"às {at:%H:%M}" if at.date() == now.date() else f"em {at:%d/%m} às {at:%H:%M}"
        return f"já foi confirmada {_confirmer(campaign, candidate)} {when} e começa {_begins(campaign, now, delay)}"
    day = (campaign.ended_at or campaign.valid_until).astimezone(zone)
    if campaign.status is Status.DONE and sent:
        return f"já foi enviada em {day:%d/%m} para {clients(sent)} e não se repete"
    if campaign.status in (Status.DONE, Status.STOPPED):
        return f"foi encerrada em {day:%d/%m}: {of_all(sent, number)} {'recebeu' if sent == 1 else 'receberam'}"
    return f"foi cancelada em {day:%d/%m} e ninguém recebeu"


def under_way(campaign: CampaignView, now: dt.datetime, delay: dt.timedelta) -> str:
    """What a live campaign does, in short: `começa às 14:05`, `continua: 34 de 120`. `now` and `delay` as above."""
    sent, number = campaign.count("sent"), campaign.frozen or 0
    if campaign.status is Status.CONFIRMED:
        return f"começa {_begins(campaign, now, delay)}"
    return f"{'está parada em' if campaign.status is Status.PAUSED else 'continua:'} {of_all(sent, number)}"


def goes_on_in_words(cause: str | None, resumes_at: dt.datetime | None, now: dt.datetime) -> str:
    """How a paused campaign goes on. `resumes_at` is when it does so by itself, None where nobody knows; both instants
    in the organisation's zone."""
    if cause in ENDED_BY_OWNER:
        return BY_OWNER
    return f"Retomo {moment_in_words(resumes_at, now)}." if resumes_at else "Retomo assim que der."


def _begins(campaign: CampaignView, now: dt.datetime, delay: dt.timedelta) -> str:
    earliest = (campaign.confirmed_at or now) + delay
    return clock_in_words(max(campaign.starts_at or earliest, earliest).astimezone(now.tzinfo), now)


def _confirmer(campaign: CampaignView, candidate: SubjectCandidate) -> str:
    if (campaign.confirmation or {}).get("via") in ("page", "api"):
        return "na página"
    by_you = campaign.confirmed_by in (None, candidate.organization.owner.id)
    return f"por {'você' if by_you else person_in_words(campaign.confirmer)}"


def state_line(campaign: CampaignView, reading: Reading, store: CampaignStore, now: dt.datetime) -> str:
    """What a question about an offer or a preview is answered: who, how many, the text, or how it stands."""
    audience = [each for each in store.audience(campaign, campaign.audience, now, {}) if each.reason is None]
    if reading.kind is Kind.WHO:
        names = [Names().first_name(each.name) or "cliente sem nome" for each in audience[:_NAMES_SHOWN]]
        more = len(audience) - len(names)
        return (
            f"Vão receber: {joined(names)}{f' e mais {integer(more)}' if more else ''}."
            if names
            else "Ninguém pode receber."
        )
    left_out = f" Ficam de fora: {reasons_in_words(campaign.left_out)}." if campaign.left_out else ""
    return f"Vão receber: {clients(len(audience))}.{left_out}"
