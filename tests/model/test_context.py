"""What an attempt knows: whether its instance is connected, whether its type is paused."""

from __future__ import annotations

import pytest

from proactive.model.context import ActivePause, Instance, MessageContext


def context(*pauses: ActivePause) -> MessageContext:
    return MessageContext(
        organization="Amigo Fiel", is_active=True, timezone="America/Sao_Paulo", owner=None, instance=None,
        record=None, pauses=pauses, facts=None,
    )  # fmt: skip


@pytest.mark.parametrize(("status", "connected"), [("connected", True), ("disconnected", False), ("CONNECTED", False)])
def test_an_instance_is_connected_where_the_product_says_exactly_so(status: str, connected: bool) -> None:
    assert Instance(name="pet-shop", status=status).connected is connected


def test_a_pause_of_the_type_or_of_every_type_holds_and_says_why() -> None:
    assert context(ActivePause(type="birthdays", reason="wrong text")).paused("birthdays") == "wrong text"
    assert context(ActivePause(type=None, reason="incident")).paused("birthdays") == "incident"


def test_a_pause_of_another_type_holds_nothing_back() -> None:
    assert context(ActivePause(type="birthdays", reason="wrong text")).paused("daily_summary") is None
    assert context().paused("daily_summary") is None
