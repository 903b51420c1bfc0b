"""Everything that people typed comes clean, or not at all."""

from __future__ import annotations

import pytest

from proactive.text.names import Names


@pytest.mark.parametrize(
    ("kind", "raw", "shown"),
    [
        ("client", " *Maria*  Silva\n", "Maria Silva"),
        ("first_name", "Maria Silva", "Maria"),
        ("phone", "+55 (11) 99999-8888", "11999998888"),
        ("pet", "_Rex_", "Rex"),
        ("service", "Banho\te tosa", "Banho e tosa"),
        ("campaign", "`natal`", "natal"),
        ("message", "*Só hoje!*\n20%\u202e ", "*Só hoje!*\n20%"),
    ],
)
def test_a_name_is_shown_clean_and_a_message_keeps_its_markup(kind: str, raw: str, shown: str) -> None:
    assert getattr(Names(), kind)(raw) == shown


@pytest.mark.parametrize("kind", ["client", "first_name", "phone", "pet", "service", "campaign", "message"])
@pytest.mark.parametrize("raw", [None, "", " \u200b"])
def test_where_nothing_is_left_there_is_no_name(kind: str, raw: str | None) -> None:
    assert getattr(Names(), kind)(raw) is None
