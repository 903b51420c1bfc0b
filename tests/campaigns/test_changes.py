"""The changes that owners ask for: percentages, texts and names, and what is asked back."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from proactive.campaigns.changes import ChangeProblem, apply_change
from proactive.campaigns.conversation_view import CampaignView
from proactive.campaigns.freezing import AudienceClient
from proactive.campaigns.states import Status
from proactive.replies.readings import Kind, Reading

CLIENTS = [
    AudienceClient(contact_id=UUID(int=number), name=name)
    for number, name in enumerate(("João Souza", "Ana Costa", "Ana Prado", "Zezé"), 1)
]


def changed(text: str, reading: Reading, written: str = "") -> Any:
    campaign = CampaignView(
        id=UUID(int=9), organization_id=UUID(int=8), source="custom_campaign", source_key="k", status=Status.PREVIEWED,
        text=text, valid_until=dt.datetime(2026, 11, 26, tzinfo=dt.UTC),
    )  # fmt: skip
    found = apply_change(campaign, reading, CLIENTS, written)
    return found.values if isinstance(found, ChangeProblem) else found


@pytest.mark.parametrize(("percent", "sure"), [(1, False), (15, False), (50, False), (51, True), (90, True)])
def test_the_only_percentage_becomes_another(percent: int, sure: bool) -> None:
    text, _ = changed("20% de desconto no banho", Reading(Kind.PERCENT, count=percent, sure=sure))
    assert text == f"{percent}% de desconto no banho"


@pytest.mark.parametrize(
    ("percent", "sure", "asked"),
    [
        (51, False, {"asks": "percent", "problem": "much", "percent": 51}),
        (95, False, {"asks": "percent", "problem": "much", "percent": 95}),
        (95, True, {"asks": "else"}),  # said again it is still none: it is not asked for ever
        (0, False, {"asks": "else"}), (150, False, {"asks": "else"}),
    ],
)  # fmt: skip
def test_a_percentage_that_is_none_is_asked_about(percent: int, sure: bool, asked: dict[str, Any]) -> None:
    assert changed("20% de desconto no banho", Reading(Kind.PERCENT, count=percent, sure=sure)) == asked


def test_no_or_several_percentages_are_asked_about() -> None:
    fifteen = Reading(Kind.PERCENT, count=15)
    assert changed("Venha para o banho", fifteen) == {"asks": "percent", "problem": "none"}
    assert changed("10% hoje, 20 % amanhã", fifteen)["choices"] == ["10%", "20%"]


@pytest.mark.parametrize(
    ("name", "written", "shown"),
    [
        ("bia", "tira a Bia", "Bia"), ("cafe", "tira o café", "Café"), ("cafe", "TIRA O CAFÉ", "Café"),
        ("ines de castro", "menos a inês de castro!", "Inês De Castro"), ("bia", "", "Bia"),
    ],
)  # fmt: skip
def test_a_name_that_nobody_has_is_said_as_it_was_written(name: str, written: str, shown: str) -> None:
    assert changed("x" * 20, Reading(Kind.EXCEPT, names=(name,)), written) == {"asks": "who", "name": shown}


def test_two_of_a_name_are_asked_by_the_name_they_have() -> None:
    asked = changed("x" * 20, Reading(Kind.ONLY, names=("ana",)), "só a ana")
    assert (asked["name"], asked["choices"]) == ("Ana", ["Ana C.", "Ana P."])
