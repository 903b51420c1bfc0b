"""The pets that have their birthday today, at 9:00."""

from __future__ import annotations

from typing import ClassVar

from proactive.message_types.base import MessageType
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


TYPE = MessageType(
    name="birthdays",
    label="Aniversários",
    cron="0 9 * * *",
    facts=BirthdaysFacts,
    layout=Layout("birthdays.txt.j2", _mood, _gist, total="birthdays"),
    figure_labels={"birthdays": "Aniversários"},
)
