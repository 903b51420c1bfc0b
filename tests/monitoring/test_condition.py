"""The words of conditions: whole in both languages, and what keeps everything from being sent."""

from __future__ import annotations

import datetime as dt
import re
from string import Formatter

import pytest

from proactive.monitoring.condition import CONDITION_WORDS, Condition
from proactive.monitoring.condition_words import ConditionWords

ENGLISH = re.compile(r"\b(the|its|was|had|and|now|messages|wait)\b")


def names(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}


@pytest.mark.parametrize("words", CONDITION_WORDS.values(), ids=CONDITION_WORDS)
def test_every_condition_says_what_it_is_and_what_to_do_in_both_languages(words: ConditionWords) -> None:
    assert words.text and words.advice.endswith((".", ")"))
    assert words.label[0].isupper() or words.label[0] in "{n"
    assert words.label_advice.endswith(".")
    assert not ENGLISH.search(f"{words.label} {words.label_advice} {words.one}")
    # one thing has a label of its own; what English says of a condition holds what Portuguese does
    assert bool(words.one) == ("{count}" in words.label)
    assert names(words.one) <= names(words.label)


@pytest.mark.parametrize(
    ("condition", "blocks"),
    [
        (Condition("workers", "workers_none"), True),
        (Condition("gateway", "gateway_key", {"why": "w"}), True),
        (Condition("gateway", "gateway_forgets"), False),
        (Condition("redis", "redis_dangerous", {"why": "w"}), False),
        (Condition("scheduler", "unknown", {"part": "Redis"}), True),
        (Condition("instances", "instances_down", {"count": 37}), False),
        (Condition("alerts", "alerts_never"), False),
    ],
)
def test_only_what_stops_everything_blocks(condition: Condition, blocks: bool) -> None:
    assert condition.blocks is blocks


def test_details_are_said_in_english_with_their_units() -> None:
    at = dt.datetime(2026, 11, 26, 3, 12, tzinfo=dt.timezone(dt.timedelta(hours=-3)))
    assert Condition("scheduler", "scheduler_silent", {"seconds": 42.4, "since": at}).text.endswith(
        "was 42 seconds ago"
    )
    assert Condition("instances", "instances_down", {"count": 37}).text == "instances that are not connected: 37"
