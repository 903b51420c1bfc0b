"""Whom a message greets, and when."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from proactive.text.framing import Greeted

MOMENT = dt.datetime(2026, 11, 25, 21, 30, tzinfo=dt.UTC).astimezone(ZoneInfo("America/Sao_Paulo"))


@pytest.mark.parametrize(
    ("stored", "greeted"),
    [
        ("Ana Costa", "Ana"), (" *ana* ", "ana"), ("Ana-Lúcia Reis", "Ana-Lúcia"), ("D’Ávila", "D’Ávila"), ("李", "李"),
        ("Dr. João", None), ("11999998888", None), ("Ana1", None), ("www.ana.com", None),
        ("R$100", None), ("{nome}", None),
        ("Ana!", None), ("@ana", None), ("😊", None), ("\u200b", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_an_owner_is_greeted_by_a_first_name_of_letters_alone(stored: str | None, greeted: str | None) -> None:
    assert Greeted.at(MOMENT, stored) == Greeted(greeted, 18)
