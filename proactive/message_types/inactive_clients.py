"""Clients who stopped coming, on Mondays at 10:00."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from proactive.message_types.base import MessageData, MessageType, SpokenName
from proactive.message_types.offering import Offer, Offering, own_text
from proactive.model.facts import ClientLine, Facts
from proactive.text.formats import joined, roughly
from proactive.text.layout import Layout
from proactive.text.mood import Mood
from proactive.text.names import Names

_MOST_PETS_IN_A_LINE = 10
#: The text for clients that the message suggests.
INACTIVE_OFFER = "Sentimos sua falta! 20% de desconto no próximo banho"


class InactiveClientsData(MessageData):
    """The data of the type: `days` without contact after which a client counts as inactive."""

    days: Annotated[int, Field(ge=1, le=3650)] = 30


class InactiveClientsFacts(Facts):
    """Clients without contact for more than `days` days: the exact number and the ten most valuable."""

    counted: ClassVar[tuple[str, ...]] = ("days", "inactive")

    days: int
    inactive: int
    listed: tuple[ClientLine, ...]


def pets_of(line: ClientLine, names: Names) -> str | None:
    """A client's pets in words: `Pet: Rex`, `Pets: Rex, Luna e Max`, None without pets; beyond ten `... e mais N`."""
    number, pets = pets_in_words(line, names)
    return f"{'Pet' if number == 1 else 'Pets'}: {pets}" if number else None


def pets_in_words(line: ClientLine, names: Names) -> tuple[int, str]:
    """How many pets with a name a client has, and their names: `Rex, Luna e Max`; beyond ten `... e mais N`."""
    pets = [pet for pet in map(names.pet, line.pets) if pet]
    shown, hidden = pets[:_MOST_PETS_IN_A_LINE], len(pets) - _MOST_PETS_IN_A_LINE
    if hidden > 0:
        shown.append(f"mais {hidden}")
    return len(pets), joined(shown)


def _mood(facts: InactiveClientsFacts) -> Mood:
    return Mood.ENCOURAGING if facts.inactive else Mood.CALM


def _gist(facts: InactiveClientsFacts) -> str:
    return f"clientes que pararam de vir: {roughly(facts.inactive)}"


def _offers(figures: Mapping[str, Any], data: Mapping[str, Any], content: str) -> list[Offer]:
    text = own_text(figures) or INACTIVE_OFFER
    rule = {"audience": "inactive", "days": figures.get("days", 30)}
    return [Offer(0, text, rule)] if figures.get("inactive") != 0 else []


TYPE = MessageType(
    name="inactive_clients",
    label="Clientes inativos",
    cron="0 10 * * 1",
    condition="se houver clientes sumidos",
    latest=dt.time(12),
    spoken=SpokenName("os", "clientes inativos", "inativos"),
    data=InactiveClientsData,
    facts=InactiveClientsFacts,
    layout=Layout("inactive_clients.txt.j2", _mood, _gist, phrases=(pets_of,)),
    offering=Offering(
        _offers, ("clientes inativos",), "create", r"inativ\w+|sumid\w+", redoable=True, reach="inactive"
    ),
    figure_labels={"days": "Dias sem contato", "inactive": "Clientes inativos"},
)
