"""The words of what goes out next, as its page says them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import groupby
from uuid import UUID

from babel.dates import format_date

from proactive.upcoming.hindrances import UpcomingStatus
from proactive.upcoming.planned import UpcomingMessage
from proactive.web.pages import labels

STATUSES: dict[UpcomingStatus, str] = {
    "planned": "Vai sair", "held": "Não sairia agora", "off": "Não sai", "skipped": "Pulada", "under_way": "Saindo",
    "sent": "Já saiu", "failed": "Falhou",
}  # fmt: skip
TONES: dict[UpcomingStatus, str] = {
    "planned": "good", "held": "bad", "off": "", "skipped": "warn", "under_way": "good", "sent": "good",
    "failed": "bad",
}  # fmt: skip
#: What can still be skipped.
SKIPPABLE = frozenset({"planned", "held", "under_way"})
_AHEAD = {0: "Hoje", 1: "Amanhã"}


def by_day(messages: Iterable[UpcomingMessage]) -> list[tuple[dt.date, list[UpcomingMessage]]]:
    """The messages of each local day, in their order."""
    return [(day, list(found)) for day, found in groupby(messages, lambda each: each.day)]


def silent_owners(messages: Iterable[UpcomingMessage]) -> dict[UUID, tuple[str, str]]:
    """The owners who get nothing at all, and for one reason: the name and the reason of each."""
    why: dict[UUID, set[str]] = {}
    names: dict[UUID, str] = {}
    for each in messages:
        label = each.why.label if each.status == "off" and each.why else ""
        why.setdefault(each.task.recipient.id, set()).add(label)
        names[each.task.recipient.id] = each.owner_name or "Dono sem nome"
    return {owner: (names[owner], next(iter(found))) for owner, found in why.items() if len(found) == 1 and all(found)}


def day_title(day: dt.date, today: dt.date) -> str:
    """`Hoje, quinta, 26 de nov.`, `Amanhã, sexta, 27 de nov.`, `Sábado, 28 de nov.`"""
    weekday = str(format_date(day, "EEEE", locale=labels.LOCALE)).removesuffix("-feira")
    named = f"{weekday}, {labels.day(day)}"
    ahead = _AHEAD.get((day - today).days)
    return f"{ahead}, {named}" if ahead else named[:1].upper() + named[1:]


def condition(message: UpcomingMessage) -> str | None:
    """What the facts of the day still have to say; None where it does not depend on them, or does not go out."""
    return message.type.condition if message.status in ("planned", "held") else None


def may_send_now(message: UpcomingMessage, today: dt.date) -> bool:
    """Whether it may be sent now: it is of this day, or of none."""
    of_today = not message.type.once_a_day or message.task.key == today.isoformat()
    return of_today and message.status in ("planned", "held", "skipped")


def may_take_back(message: UpcomingMessage, now: dt.datetime) -> bool:
    """Whether a skip can be taken back: its time is still to come."""
    return message.skip is not None and message.at > now
