"""Conditions as pages show them: Portuguese words, where to look, and the button that mends them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from redis import RedisError

from proactive.errors import SupabaseError
from proactive.monitoring.condition import CONDITION_WORDS, CheckName, Condition, Detail
from proactive.monitoring.condition_words import ConditionLevel
from proactive.monitoring.verdicts import of_migration, of_supabase
from proactive.web.pages import labels
from proactive.web.pages.navigation import QUEUE_PAGE

CHECK_TITLES: Mapping[CheckName, str] = {
    "redis": "Redis", "supabase": "Supabase", "migration": "Banco de dados", "gateway": "Gateway do WhatsApp",
    "workers": "Workers", "scheduler": "Agendador", "queue": "Fila", "alerts": "Alertas", "records": "Registros",
    "instances": "Instâncias", "delivery": "Entrega", "failures": "Falhas", "pauses": "Pausas",
}  # fmt: skip
#: Where each is looked at: the words of a link and its address.
_LINKS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "queue_stands": (("Ver a fila", QUEUE_PAGE),), "queue_late": (("Ver a fila", QUEUE_PAGE),),
    "queue_overdue": (("Ver a fila", QUEUE_PAGE),),
    "alert_raised": (("Ver os alertas", "#t-alertas"),),
    "instances_stopped": (("Ver as instâncias", "/instancias?situacao=stopped"),),
    "instances_failing": (("Ver as instâncias", "/instancias?situacao=failing"),),
    "instances_down": (("Ver as instâncias", "/instancias?situacao=down"),),
    "instances_unproven": (("Ver as instâncias", "/instancias?situacao=unproven"),),
    "instances_connecting": (("Ver as instâncias", "/instancias?situacao=connecting"),),
    "undelivered": (("Recusadas", "/mensagens?entrega=refused"), ("Sem confirmação", "/mensagens?entrega=silent")),
    "failed_lately": (("Ver as mensagens", "/mensagens?situacao=failed"),),
    "paused": (("Ver as pausas", "#t-pausas"),),
}  # fmt: skip
#: What mends it by a button of the page: its words and where its form goes.
_BUTTONS: Mapping[str, tuple[str, str]] = {"workers_suspended": ("Retomar os workers", "/painel/workers/retomar")}


@dataclass(frozen=True, slots=True)
class ConditionView:
    """A condition in Portuguese. `links` are words and addresses, `button` the words and the address of a form."""

    check: CheckName
    level: ConditionLevel
    title: str
    label: str
    advice: str
    links: tuple[tuple[str, str], ...] = ()
    button: tuple[str, str] | None = None


def condition_views(
    conditions: Iterable[Condition], zone: str = labels.COMMON_ZONE, organization: UUID | None = None
) -> list[ConditionView]:
    """Conditions as a page shows them, with times of a zone; links keep to an organisation, where there is one.

    What cannot be known is said once for all of what a part that is away would tell.
    """
    found, kept = list(conditions), []
    for one in found:
        if one.code != "unknown":
            kept.append(_view(one, zone, organization))
    hidden = [CHECK_TITLES[one.check].lower() for one in found if one.code == "unknown"]
    if hidden:
        label = f"Não se sabe como estão: {', '.join(hidden)}"
        kept.append(ConditionView("supabase", "unknown", "Sem resposta", label, "Resolva antes o que está acima."))
    return kept


def trouble_of(error: Exception) -> ConditionView | None:
    """What a page that failed can say of why and what to do; None where it knows nothing."""
    found: list[Condition] = []
    if isinstance(error, RedisError):
        found = [Condition("redis", "redis_away", {"why": ""})]
    elif isinstance(error, SupabaseError):
        found = [*of_supabase(error), *of_migration(error, error)]
    return _view(found[0], labels.COMMON_ZONE, None) if found else None


def _view(one: Condition, zone: str, organization: UUID | None) -> ConditionView:
    words = CONDITION_WORDS[one.code]
    shown = {name: _shown(value, zone) for name, value in one.details.items()}
    label = words.one if words.one and one.details.get("count") == 1 else words.label
    links = tuple((text, _confined(address, organization)) for text, address in _LINKS.get(one.code, ()))
    return ConditionView(
        one.check, one.level, CHECK_TITLES[one.check], label.format(**shown), words.label_advice.format(**shown), links,
        _BUTTONS.get(one.code),
    )  # fmt: skip


def _confined(address: str, organization: UUID | None) -> str:
    if organization is None or "?" not in address:
        return address
    return f"{address}&organizacao={organization}"


def _shown(value: Detail, zone: str) -> str:
    if isinstance(value, dt.datetime):
        return labels.moment(value, zone)
    if isinstance(value, float):
        return labels.duration(value)
    return labels.number(value) if isinstance(value, int) else value
