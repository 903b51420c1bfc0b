"""Clients who stopped coming: their pets in one phrase."""

from __future__ import annotations

from uuid import UUID

import pytest

from proactive.message_types.inactive_clients import pets_of
from proactive.model.facts import ClientLine
from proactive.text.names import Names


@pytest.mark.parametrize(
    ("pets", "said"),
    [
        ((), None),
        ((" ", "_"), None),
        (("Rex",), "Pet: Rex"),
        (("Rex", "*"), "Pet: Rex"),
        (("Rex", "Luna"), "Pets: Rex e Luna"),
        (("Rex", "Luna", "Max"), "Pets: Rex, Luna e Max"),
        (tuple("ABCDEFGHIJ"), "Pets: A, B, C, D, E, F, G, H, I e J"),
        (tuple("ABCDEFGHIJKL"), "Pets: A, B, C, D, E, F, G, H, I, J e mais 2"),
    ],
)
def test_pets_are_named_and_at_most_ten_of_them(pets: tuple[str, ...], said: str | None) -> None:
    line = ClientLine(id=UUID(int=1), name="Maria", phone=None, pets=pets)
    assert pets_of(line, Names()) == said
