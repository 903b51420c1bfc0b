"""Openings worth filling: at most three things to do, each about somebody else."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from proactive.message_types.opportunities import (
    ClosedDay,
    VisitorLine,
    closed_days,
    suggested_actions,
    visitor_reason,
)
from proactive.text.names import Names
from tests.support.examples import Examples


def visitor(name: str | None, **changes: Any) -> VisitorLine:
    return VisitorLine.model_validate(
        {"id": UUID(int=1), "name": name, "reason": "last_visit", "days_since": 9} | changes
    )


LATE, HABIT = visitor("Maria Silva"), visitor("João", reason="rhythm", rhythm="weekly")


def actions(*listed: VisitorLine, **changes: Any) -> list[str]:
    return suggested_actions(Examples.opportunities(**changes), listed, Names())


def test_who_is_late_is_reminded_and_who_has_a_habit_is_offered_a_slot() -> None:
    assert actions(HABIT, LATE) == [
        "Enviar lembrete para Maria",
        "Oferecer horário premium para João",
        "Promoção relâmpago para horários da manhã",
    ]


@pytest.mark.parametrize(
    ("free", "said"),
    [(1, "Divulgar o horário vago no status do WhatsApp"), (12, "Divulgar os 12 horários vagos no status do WhatsApp")],
)
def test_with_fewer_clients_the_slots_themselves_are_published(free: int, said: str) -> None:
    assert actions(LATE, free_slots=free)[-1] == said
    assert len(actions(free_slots=free)) == 2


def test_without_free_slots_nothing_is_offered() -> None:
    assert actions(LATE, HABIT, free_slots=0, emptiest=None) == ["Enviar lembrete para Maria"]
    assert actions(free_slots=0, emptiest=None) == []


def test_closed_days_are_said_with_their_weekday_and_reason_and_kept_in_the_figures() -> None:
    closed = (ClosedDay(date=dt.date(2026, 6, 4), reason="Corpus Christi"),
              ClosedDay(date=dt.date(2026, 6, 6), reason=" *sua\nagenda* "))  # fmt: skip
    facts = Examples.opportunities(closed=closed)
    assert closed_days(facts) == ["Quinta, 04/06: fechado (Corpus Christi)", "Sábado, 06/06: fechado (sua agenda)"]
    assert facts.figures()["closed"][0] == {"date": "2026-06-04", "reason": "Corpus Christi"}
    assert "closed" not in Examples.opportunities().figures()


def test_nobody_without_a_name_is_named() -> None:
    assert actions(visitor(None), visitor(" _"), HABIT)[0] == "Enviar lembrete para João"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (visitor("Ana", reason="vip_weekday", weekday=2), "cliente VIP, sempre agenda às terças"),
        (visitor("Ana", reason="rhythm", rhythm="monthly"), "costuma agendar mensalmente"),
        (visitor("Ana", service="Tosa", days_since=25), "última tosa há 25 dias"),
        (visitor("Ana", service="Spa", days_since=1), "último spa há 1 dia"),
        (visitor("Ana", days_since=0), "último atendimento hoje"),
    ],
)
def test_a_visitor_is_listed_for_a_reason_in_words(line: VisitorLine, said: str) -> None:
    assert visitor_reason(line, Names()) == said
