"""Words of others are made storable, and what is storable stays as it is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proactive.storage.storable import storable

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("half an emoji \ud83d", "half an emoji \ufffd"),
        ("\udc36 and the other", "\ufffd and the other"),
        ("a whole one 🐶", "a whole one 🐶"),
        ("nul \x00 inside", "nul \ufffd inside"),
        ({"a\x00": ["\ud800", {"b": float("nan")}]}, {"a\ufffd": ["\ufffd", {"b": None}]}),
        ([float("inf"), float("-inf"), 1.5, 10**30], [None, None, 1.5, 10**30]),
        (("a", 1), ["a", 1]),
        (None, None),
        (True, True),
    ],
)  # fmt: skip
def test_what_no_database_takes_is_replaced(value: Any, stored: Any) -> None:
    assert storable(value) == stored


@given(JSON)
def test_whatever_comes_out_is_json_in_utf_8_without_nul(value: Any) -> None:
    text = json.dumps(storable(value), ensure_ascii=False, allow_nan=False)
    assert "\\u0000" not in text
    assert text.encode("utf-8")
    assert storable(json.loads(text)) == json.loads(text)


def test_what_is_too_deep_for_a_parser_ends_in_null() -> None:
    deep: Any = "end"
    for _ in range(5000):
        deep = [deep]
    json.dumps(storable(deep))
