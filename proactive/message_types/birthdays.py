"""The pets that have their birthday today, at 9:00."""

from __future__ import annotations

from typing import ClassVar

from proactive.message_types.base import MessageType
from proactive.model.facts import Facts, Line
from proactive.text.layout import Layout
from proactive.text.required_figures import RequiredFigure, required


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


def _required_figures(facts: BirthdaysFacts, shown: int) -> tuple[RequiredFigure, ...]:
    return (required(facts.birthdays, ("aniversari",)),)


TYPE = MessageType(
    name="birthdays",
    label="Aniversários",
    cron="0 9 * * *",
    facts=BirthdaysFacts,
    layout=Layout("birthdays.txt.j2", _required_figures, total="birthdays"),
    figure_labels={"birthdays": "Aniversários"},
)
