"""The checklist of an installation that has sent nothing yet: the doctor's list, as `aurora doctor` prints it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from proactive.doctor.finding import CheckState, Finding

_STATES: dict[CheckState, Literal["met", "warn", "unmet", "unknown"]] = {
    CheckState.OK: "met", CheckState.WARNING: "warn", CheckState.FAILED: "unmet", CheckState.SKIPPED: "unknown",
}  # fmt: skip
#: By the first word of a check's name.
_TITLES = {
    "settings": "Configurações", "sign": "Entrada", "webhook": "Webhooks", "redis": "Redis", "scheduler": "Agendador",
    "workers": "Workers", "processes": "Processos", "supabase": "Supabase", "migrations": "Banco de dados",
    "product": "Tabelas do produto", "row": "Organizações e donos", "time": "Fusos horários",
    "odd": "Valores do produto", "gateway": "Gateway do WhatsApp", "instances": "Instâncias", "webhooks": "Webhooks",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """A step: whether it is done, might be better (`warn`), is missing, or cannot be known yet; and what to do."""

    state: Literal["met", "warn", "unmet", "unknown"]
    title: str
    label: str
    advice: str = ""


def checklist(findings: Iterable[Finding]) -> list[ChecklistItem]:
    """The steps of a new installation, by what the doctor found just now, in its order."""
    return [
        ChecklistItem(_STATES[each.state], title_of(each.check), each.label, each.label_advice) for each in findings
    ]


def title_of(check: str) -> str:
    """What a check looks at, in Portuguese; KeyError for one without a title."""
    return _TITLES[check.partition("_")[0]]
