"""Answers to one reply about several campaigns: each an occurrence of its own, whatever order they are told in."""

from __future__ import annotations

import datetime as dt
from itertools import permutations
from uuid import UUID

from proactive.campaigns.outgoing_answers import Reply, told_apart

A, B, C = (UUID(int=number) for number in (1, 2, 3))
OWNER, OTHER = UUID(int=10), UUID(int=11)
NOW = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)


def reply(campaign: UUID, text: str, owner: UUID = OWNER) -> Reply:
    return Reply(UUID(int=20), owner, "UTC", "R1:T10", "T10", text, (campaign,), 1, NOW, NOW)


def test_other_words_about_other_campaigns_are_other_messages() -> None:
    answers = [reply(A, "Parei a 1"), reply(B, "Parei a 2"), reply(C, "Parei a 3")]
    keys = {"Parei a 1": "R1:T10", "Parei a 2": f"R1:T10:{B}", "Parei a 3": f"R1:T10:{C}"}
    for order in permutations(answers):
        assert {each.text: each.key for each in told_apart(order)} == keys


def test_the_same_words_are_one_message_about_all_of_them() -> None:
    (answer,) = told_apart([reply(B, "Tudo bem, não envio. 👍"), reply(A, "Tudo bem, não envio. 👍")])
    assert (answer.key, set(answer.campaign_ids)) == ("R1:T10", {A, B})


def test_one_answer_and_another_owners_keep_their_key() -> None:
    assert [each.key for each in told_apart([reply(A, "x"), reply(B, "y", OTHER)])] == ["R1:T10", "R1:T10"]
