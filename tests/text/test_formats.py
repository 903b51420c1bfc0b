"""Figures as Brazilians read them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from proactive.text.formats import clock, counted, every_weekday, hour, integer, joined, money, national_digits, weekday


def test_money_has_an_ordinary_space() -> None:
    assert money(Decimal("1450")) == "R$ 1.450,00"
    assert money(Decimal("0")) == "R$ 0,00"
    assert money(Decimal("1234567.89")) == "R$ 1.234.567,89"


def test_counts_are_singular_for_one_only() -> None:
    assert [counted(n, "dia", "dias") for n in (0, 1, 2, 1234)] == ["0 dias", "1 dia", "2 dias", "1.234 dias"]
    assert integer(1234567) == "1.234.567"


def test_hours_and_weekdays() -> None:
    assert clock(dt.time(9, 5)) == "09:05"
    assert [hour(dt.time(8)), hour(dt.time(14, 30)), hour(dt.time(14, 5))] == ["8h", "14h30", "14h05"]
    assert [weekday(iso) for iso in (1, 2, 6, 7)] == ["segunda", "terça", "sábado", "domingo"]
    assert [every_weekday(iso) for iso in (2, 5, 6, 7)] == ["às terças", "às sextas", "aos sábados", "aos domingos"]


def test_lists_end_with_e() -> None:
    assert [joined(["Rex"]), joined(["Rex", "Luna"]), joined(["Rex", "Luna", "Max"])] == [
        "Rex",
        "Rex e Luna",
        "Rex, Luna e Max",
    ]


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("11999998888", "11999998888"),
        ("(11) 99999-8888", "11999998888"),
        ("5511999998888", "11999998888"),
        ("+55 (11) 99999-8888", "11999998888"),
        ("0 15 11 99999-8888", "11999998888"),
        ("00 55 11 99999-8888", "11999998888"),
        ("55999998888", "55999998888"),
        ("5555999998888", "55999998888"),
        ("3199998888", "31999998888"),
        ("1133334444", "1133334444"),
        ("0800 123 4567", "08001234567"),
        ("4004-1234", "40041234"),
        ("999998888", "999998888"),
        ("20999998888", "20999998888"),
        ("+1 202 555 0143", "12025550143"),
        ("9" * 300, "9" * 20),
        ("11 9PETSHOP", "119"),
        ("11 98888-77O7", "1198888777"),
        ("11 98888-7777 ramal 12", "11988887777"),
        ("11 3333-4444 x12", "1133334444"),
        ("(0xx11) 98888-7777", "11988887777"),
        ("0XX 11 98888-7777", "11988887777"),
        ("11 98888-7777 (Ana)", "11988887777"),
        ("sem telefone", None),
        ("", None),
        (None, None),
    ],
)
def test_a_phone_is_shown_by_its_national_digits(stored: str | None, shown: str | None) -> None:
    assert national_digits(stored) == shown
