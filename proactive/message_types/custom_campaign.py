"""A campaign, prepared for its owner when somebody asks for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import StringConstraints

from proactive.message_types.base import MessageData, MessageType, Prompt
from proactive.message_types.offering import Offer, Offering, own_text, quoted
from proactive.model.facts import ClientLine, Facts
from proactive.text.formats import hour, roughly, weekday
from proactive.text.layout import Layout
from proactive.text.mood import Mood
from proactive.text.sanitize import clean_text

_ELLIPSIS = "…"


class Audience(StrEnum):
    """The clients whom a campaign addresses."""

    INACTIVE = "inactive"
    VIP = "vip"
    ALL = "all"


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


#: The scripts' words.
_AUDIENCE_CHOICES = {
    "inactive": "clients who stopped coming (inactive)",
    "vip": "VIP clients (vip)",
    "all": "every client (all)",
}


class CustomCampaignData(MessageData):
    """A campaign: its type in the owner's words, whom it addresses, and the text that clients would receive."""

    campaign_type: Annotated[
        str,
        StringConstraints(min_length=1, max_length=80),
        Prompt(
            "--campaign-type", "TEXT", "what kind of campaign it is",
            "What kind of campaign is it? (for example promocional)",
        ),
    ]  # fmt: skip
    target_audience: Annotated[
        Audience, Prompt("--audience", "WHO", "inactive, vip or all", "Whom is it for?", _AUDIENCE_CHOICES)
    ]
    message: Annotated[
        Annotated[str, StringConstraints(min_length=1, max_length=1500)] | None,
        Prompt(
            "--message", "TEXT", "the text that clients would receive",
            "The text for the clients (empty: Aurora suggests one)",
        ),
    ] = None  # fmt: skip


class CustomCampaignFacts(Facts):
    """A campaign's audience: exact size, a sample of at most 5, and the best moment to send it.

    `best_weekday` (ISO) and `best_hour` (local) are when this business's clients book most often, in the
    last 90 days and outside quiet hours; None where nothing is known. Where the business' calendar closes the next such
    weekday, `best_date` is the next open one; where none is open within 21 days, no weekday is named.
    """

    counted: ClassVar[tuple[str, ...]] = ("campaign_type", "target_audience", "reach")

    campaign_type: str
    target_audience: Audience
    message: str | None
    reach: int
    best_weekday: int | None
    best_hour: int | None
    best_date: dt.date | None = None
    listed: tuple[ClientLine, ...]


def audience(facts: CustomCampaignFacts) -> str:
    """The audience in words: `clientes VIP`."""
    return _AUDIENCES[facts.target_audience]


def campaign_text(facts: CustomCampaignFacts) -> str:
    """The text that the campaign's clients would receive: the owner's own, else one that fits the audience."""
    return clean_text(facts.message) or _CAMPAIGN_TEXTS[facts.target_audience]


def best_time(facts: CustomCampaignFacts) -> str | None:
    """The best moment in words, `terça às 10h`, `terça (16/06) às 10h`, or what is known of it; None: nothing is."""
    day = None if facts.best_weekday is None else weekday(facts.best_weekday)
    if day and facts.best_date:
        day += f" ({facts.best_date:%d/%m})"
    at = None if facts.best_hour is None else hour(dt.time(facts.best_hour))
    if day and at:
        return f"{day} {'à' if at == '1h' else 'às'} {at}"
    return day or at


def _shortened(facts: CustomCampaignFacts, excess: int) -> CustomCampaignFacts:
    message = clean_text(facts.message) or ""
    cut = message.encode("utf-16-le")[: -2 * (excess + len(_ELLIPSIS))].decode("utf-16-le", "ignore")
    return facts.model_copy(update={"message": cut.rstrip() + _ELLIPSIS})


def _mood(facts: CustomCampaignFacts) -> Mood:
    return Mood.CALM


def _gist(facts: CustomCampaignFacts) -> str:
    return f"campanha preparada, à espera do sim do dono: alcança {roughly(facts.reach)} clientes"


def _offers(figures: Mapping[str, Any], data: Mapping[str, Any], content: str) -> list[Offer]:
    rule = {"audience": figures.get("target_audience"), "campaign_type": figures.get("campaign_type")}
    if figures.get("reach") == 0:
        return []
    if own := own_text(figures):
        return [Offer(0, own, rule)]
    texts = [clean_text(data.get("message")), *_CAMPAIGN_TEXTS.values()]
    # the owner's words for the campaign may hold quotation marks, so the text is looked for, not cut out
    shown = next((text for text in texts if text and f'"{text}"' in content), None)
    return [Offer(0, shown or quoted(content) or str(data.get("message") or ""), rule)]


TYPE = MessageType(
    name="custom_campaign",
    label="Campanha",
    data=CustomCampaignData,
    facts=CustomCampaignFacts,
    layout=Layout(
        "custom_campaign.txt.j2",
        _mood,
        _gist,
        phrases=(audience, campaign_text, best_time),
        total="reach",
        shortened=_shortened,
    ),
    once_a_day=False,
    # a campaign has no day of its own; after this it is no longer what its author meant
    lifetime=dt.timedelta(hours=24),
    waits_for_quiet_hours=True,
    offering=Offering(_offers, ("campanha",), "send", "campanha", redoable=True, reach="reach"),
    figure_labels={"campaign_type": "Campanha", "target_audience": "Público", "reach": "Alcance"},
    code_labels={"inactive": "inativos", "vip": "VIP", "all": "todos"},
)
