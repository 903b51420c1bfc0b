"""Whom to contact when tomorrow is nearly empty, and why."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import pytest

from proactive.message_types.low_occupancy import ContactLine, contact_reason
from tests.support.examples import Examples


@pytest.mark.parametrize(
    ("reason", "bookings", "days", "said"),
    [
        ("vip", 20, 3, "cliente VIP, 20 agendamentos"),
        ("vip", 1, 3, "cliente VIP, 1 agendamento"),
        ("last_minute", 4, 5, "sempre agenda em cima da hora"),
        ("last_contact", 2, 10, "último contato: 10 dias atrás"),
        ("last_contact", 2, 1, "último contato: 1 dia atrás"),
        ("last_contact", 2, 0, "último contato: hoje"),
    ],
)
def test_a_reason_counts_what_it_is_about(
    reason: Literal["vip", "last_minute", "last_contact"], bookings: int, days: int, said: str
) -> None:
    line = ContactLine(id=UUID(int=1), name="Ana", reason=reason, done_bookings=bookings, days_since_contact=days)
    assert contact_reason(line) == said


def test_the_record_shows_reasons_of_shown_lines_and_hours_by_the_clock() -> None:
    figures = Examples.low_occupancy().figures(shown=2)
    assert figures["reasons"] == ["vip", "last_contact"]
    assert figures["free_hours"] == ["10:00", "14:00", "16:00"]
