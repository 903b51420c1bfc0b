"""The checklist of an installation that has sent nothing yet."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from proactive.monitoring.condition import Condition
from proactive.monitoring.health import HealthReport
from proactive.web.pages.checklist import checklist
from tests.support.stand_ins import BUSY_QUEUE, QUIET_PRESENT

AT = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)


def test_it_says_what_is_there_what_is_missing_and_what_to_do() -> None:
    found = (Condition("workers", "workers_none"), Condition("redis", "redis_dangerous", {"why": "w"}))
    steps = {step.title: step for step in checklist(HealthReport(AT, found, BUSY_QUEUE, QUIET_PRESENT))}
    assert list(steps) == ["Redis", "Supabase", "Banco de dados", "Gateway do WhatsApp", "Workers", "Agendador",
                           "Organizações", "Donos", "Instâncias"]  # fmt: skip
    states = {title: step.state for title, step in steps.items() if step.state != "met"}
    assert states == {
        "Redis": "warn",
        "Workers": "unmet",
        "Organizações": "unmet",
        "Donos": "unmet",
        "Instâncias": "unmet",
    }
    assert all(step.advice for step in steps.values() if step.state != "met")


def test_what_the_product_has_is_counted() -> None:
    instances = replace(QUIET_PRESENT.instances, conditions={**QUIET_PRESENT.instances.conditions, "connected": 2})
    present = replace(QUIET_PRESENT, organizations=3, owners={"America/Sao_Paulo": 4}, instances=instances)
    steps = {step.title: step.label for step in checklist(HealthReport(AT, (), BUSY_QUEUE, present))}
    assert (steps["Organizações"], steps["Donos"], steps["Instâncias"]) == (
        "ativas: 3", "com a Aurora ligada: 4", "conectadas: 2",
    )  # fmt: skip


def test_while_supabase_is_away_nothing_is_said_of_what_it_has() -> None:
    away = (
        Condition("supabase", "supabase_away", {"why": "w"}),
        Condition("migration", "unknown", {"part": "Supabase"}),
    )
    steps = {step.title: step.state for step in checklist(HealthReport(AT, away, BUSY_QUEUE, None))}
    assert "Organizações" not in steps
    assert steps["Supabase"] == "unmet"
