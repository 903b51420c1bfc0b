"""What leaves the house is a placeholder, and the way back is exact."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proactive.text.ai.pseudonyms import PLACEHOLDER, Pseudonyms


def test_each_different_value_of_a_kind_has_a_number_of_its_own() -> None:
    names = Pseudonyms()
    assert names.client("Maria") == "[[cliente 1]]"
    assert names.client("Ana") == "[[cliente 2]]"
    assert names.client(" Maria ") == "[[cliente 1]]"
    assert names.pet("Maria") == "[[pet 1]]"
    assert names.first_name("Maria Silva") == "[[nome 1]]"


def test_what_is_no_name_has_no_placeholder() -> None:
    assert Pseudonyms().client(" *_ ") is None
    assert Pseudonyms().phone("sem telefone") is None


def test_what_people_typed_is_restored_as_it_is_shown() -> None:
    names = Pseudonyms()
    text = f"{names.client('*Maria*  Silva')} ({names.phone('+55 (11) 99999-8888')})"
    assert not set("MariaSilva9") & set(text.replace("cliente", "").replace("telefone", ""))
    assert names.restore(text) == "Maria Silva (11999998888)"


def test_a_value_that_looks_like_a_placeholder_is_not_followed() -> None:
    names = Pseudonyms()
    text = f"{names.client('[[cliente 2]]')} {names.client('Ana')}"
    assert names.restore(text) == "[[cliente 2]] Ana"


def test_a_placeholder_that_nobody_gave_is_refused() -> None:
    names = Pseudonyms()
    names.client("Ana")
    with pytest.raises(KeyError):
        names.restore("Olá, [[cliente 2]]!")


@given(st.lists(st.text(max_size=30), max_size=20))
def test_no_value_is_ever_part_of_what_is_said(typed: list[str]) -> None:
    names = Pseudonyms()
    said = [names.message(value) for value in typed]
    assert all(placeholder is None or PLACEHOLDER.fullmatch(placeholder) for placeholder in said)
    shown = [names.restore(placeholder) for placeholder in said if placeholder is not None]
    assert len(set(shown)) == len({placeholder for placeholder in said if placeholder is not None})
