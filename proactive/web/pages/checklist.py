"""The checklist of an installation that has sent nothing yet: what is there, what is missing, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from proactive.monitoring.condition import CheckName
from proactive.monitoring.health import HealthReport
from proactive.web.pages.condition_labels import CHECK_TITLES, condition_views

#: In the order in which somebody installs them.
_PARTS: tuple[CheckName, ...] = ("redis", "supabase", "migration", "gateway", "workers", "scheduler")


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """A step: whether it is done, might be better (`warn`), is missing, or cannot be known yet; and what to do."""

    state: Literal["met", "warn", "unmet", "unknown"]
    title: str
    label: str
    advice: str = ""


def checklist(report: HealthReport) -> list[ChecklistItem]:
    """The steps of a new installation, by what was looked at just now."""
    return [*_of_parts(report), *_of_records(report)]


def _of_parts(report: HealthReport) -> Iterator[ChecklistItem]:
    for part in _PARTS:
        views = condition_views(report.of(part))
        if not views:
            yield ChecklistItem("met", CHECK_TITLES[part], "em ordem")
        for view in views:
            state: Literal["warn", "unmet", "unknown"] = "unmet" if view.level == "bad" else view.level
            yield ChecklistItem(state, CHECK_TITLES[part], view.label, view.advice)


def _of_records(report: HealthReport) -> Iterator[ChecklistItem]:
    present = report.present
    if present is None:
        return
    owners, instances = sum(present.owners.values()), present.instances.conditions
    yield _step(
        present.organizations, "Organizações", "ativas: {count}", "nenhuma organização ativa",
        "Cadastre no produto uma organização com is_active.",
    )  # fmt: skip
    yield _step(
        owners, "Donos", "com a Aurora ligada: {count}", "nenhum dono com a Aurora ligada",
        "Cadastre o dono em owner_numbers com aurora_enabled.",
    )  # fmt: skip
    yield _step(
        instances["connected"], "Instâncias", "conectadas: {count}", "nenhuma instância conectada",
        "Conecte uma pelo QR code; o produto a guarda em whatsapp_instances.",
    )  # fmt: skip


def _step(count: int, title: str, met: str, unmet: str, advice: str) -> ChecklistItem:
    if count:
        return ChecklistItem("met", title, met.format(count=count))
    return ChecklistItem("unmet", title, unmet, advice)
