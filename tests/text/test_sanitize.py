"""Names as they are shown."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proactive.text.sanitize import NAME_LIMIT, clean_name, clean_text, first_name


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Maria Silva", "Maria Silva"),
        ("  Maria\n\t Silva\r\n", "Maria Silva"),
        ("*Maria* _Silva_ ~`x`~", "Maria Silva x"),
        ("Maria\u2028Silva\u00a0Souza", "Maria Silva Souza"),
        ("\u202eMaria\u200b Sil\u00advava\x00\x1b", "Maria Silvava"),
        ("D'Ávila-Nuñez (Zé)", "D'Ávila-Nuñez (Zé)"),
        ("Rex 🐶", "Rex 🐶"),
        ("a" * 61, "a" * 60),
        ("a" * 59 + " b", "a" * 59),
        ("a" * 59 + "e\u0301", "a" * 59),
        ("a" * 59 + "👍🏽", "a" * 59),
        ("*_~`", None),
        ("\u3164\u2800\u200b ", None),
        ("", None),
        (None, None),
    ],
)
def test_a_name_is_one_clean_line(raw: str | None, shown: str | None) -> None:
    assert clean_name(raw) == shown


@given(st.text(max_size=200))
def test_no_name_brings_formatting_or_a_second_line(raw: str | None) -> None:
    name = clean_name(raw) or "-"
    assert len(name) <= NAME_LIMIT
    assert name == " ".join(name.split())
    assert not set(name) & set("*_~`")
    assert not any(unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in name)
    assert clean_name(name) == name


def test_a_first_name_is_the_first_word() -> None:
    assert first_name(" *Maria*  Silva") == "Maria"
    assert first_name("_") is None


def test_free_text_keeps_its_lines_its_markup_and_its_emoji() -> None:
    assert clean_text(" *Oi*\r\n\n👩\u200d⚕️ \u202ex\x00 \n") == "*Oi*\n\n👩\u200d⚕️ x"
    assert clean_text(" \n\u200b") is None
