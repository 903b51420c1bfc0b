"""The pets that have their birthday today, at 9:00."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from proactive.message_types.base import MessageType, SpokenName
from proactive.message_types.offering import Offer, Offering, own_text
from proactive.model.facts import Facts, Line
from proactive.text.formats import roughly
from proactive.text.layout import Layout
from proactive.text.mood import Mood


class BirthdayLine(Line):
    """A pet that has its birthday, and its tutor."""

    pet: str
    client: str | None
    phone: str | None


class BirthdaysFacts(Facts):
    """The pets that have their birthday today: the exact number; `listed` holds at most 200 of them."""

    counted: ClassVar[tuple[str, ...]] = ("birthdays",)

    birthdays: int
    listed: tuple[BirthdayLine, ...]


def _mood(facts: BirthdaysFacts) -> Mood:
    return Mood.FESTIVE if facts.birthdays else Mood.CALM


def _gist(facts: BirthdaysFacts) -> str:
    return f"aniversários de pets hoje: {roughly(facts.birthdays)}"


def _offers(figures: Mapping[str, Any], data: Mapping[str, Any], content: str) -> list[Offer]:
    house = "Parabéns, {pet}! 🎉 Hoje é dia de festa! Ganhe 10% OFF no próximo banho."
    text = own_text(figures) or house
    return [Offer(0, text, {"birthday_on": figures.get("date")})] if figures.get("birthdays") != 0 else []


TYPE = MessageType(
    name="birthdays",
    label="Aniversários",
    cron="0 9 * * *",
    condition="se algum pet fizer aniversário",
    latest=dt.time(11),
    spoken=SpokenName("os", "aniversários", "aniversários"),
    facts=BirthdaysFacts,
    layout=Layout("birthdays.txt.j2", _mood, _gist, total="birthdays"),
    offering=Offering(_offers, ("aniversariantes",), "send", r"aniversari\w+", until_day=0, reach="birthdays"),
    figure_labels={"birthdays": "Aniversários"},
)
