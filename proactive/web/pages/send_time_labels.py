"""The words of /horarios: times, days of the week, who chose what, in Portuguese."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from proactive.facts.organizations import OwnerEntry
from proactive.message_types.base import MessageType
from proactive.send_times.overview import TypeTime
from proactive.send_times.store import TimeChangeMade
from proactive.text.formats import joined
from proactive.web.pages.labels import moment

#: How somebody chose.
HOW: Mapping[str, str] = {
    "whatsapp": "pelo WhatsApp", "page": "nesta página", "api": "pela API", "cli": "pela linha de comando",
}  # fmt: skip
_WEEKDAYS = ("domingos", "segundas", "terças", "quartas", "quintas", "sextas", "sábados")


def hour(at: dt.time) -> str:
    """`20:00`."""
    return f"{at:%H:%M}"


def days(type_: MessageType) -> str:
    """On which days of the week a type goes out: `todo dia`, `às terças e quintas`."""
    wanted = (type_.cron or "* * * * *").split()[4]
    if wanted == "*":
        return "todo dia"
    return f"às {joined([_WEEKDAYS[int(day) % 7] for day in wanted.split(',')])}"


def chosen_by(time: TypeTime, zone: str) -> str:
    """How and when the choice that holds was made: ` pelo WhatsApp em 04/06/2026 12:00`."""
    if time.via is None:
        return ""
    return f" {HOW[time.via]} em {moment(time.since, zone)}"


def who(change: TimeChangeMade) -> str:
    """Who made a change, by name where there is one."""
    if change.by_name:
        return change.by_name
    kind, _, name = change.by.partition(":")
    return {"key": f"chave {name}", "owner": "um dono", "cli": f"operador {name}"}.get(kind, "alguém da loja")


def name_of(owner: str, owners: Sequence[OwnerEntry]) -> str:
    """The name of an owner by id."""
    return next((each.name for each in owners if str(each.id) == owner and each.name), "um dono")


def what(change: TimeChangeMade) -> str:
    """What was chosen: `desligado`, `às 20:00`, `ligado`, `de volta ao padrão`."""
    before: Mapping[str, Any] = change.before or {}
    after = change.after
    if after.get("on") is None:
        return "de volta ao padrão"
    if not after["on"]:
        return "desligado"
    at = after.get("time")
    if at and (at != before.get("time") or before.get("on")):
        return f"às {at}"
    return f"ligado às {at}" if at else "ligado"
