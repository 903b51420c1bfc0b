"""What the doctor finds: stable codes, and words in both languages with what to do."""

from __future__ import annotations

import string

import pytest

from proactive.doctor.finding import CheckState, finding
from proactive.doctor.words import WORDS


def places(words: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


@pytest.mark.parametrize("code", WORDS)
def test_every_code_has_words_in_both_languages_and_says_what_to_do(code: str) -> None:
    words = WORDS[code]
    state = CheckState(words.state)
    assert words.text and words.label
    assert bool(words.advice) == bool(words.label_advice) or "{todo}" in words.label_advice
    if state in (CheckState.WARNING, CheckState.FAILED) and "{todo}" not in words.label_advice:
        assert words.advice
    named = {name: f"<{name}>" for part in words[1:] for name in places(part)}
    found = finding(code, **named)
    assert found.check == code.split(".")[0]
    assert not places(found.sentence + found.advice + found.label + found.label_advice)


def test_a_finding_is_told_with_its_values() -> None:
    found = finding("redis_eviction.dangerous", policy="allkeys-lru")
    assert found.as_json() == {
        "check": "redis_eviction", "code": "redis_eviction.dangerous", "state": "warning",
        "sentence": "maxmemory-policy is allkeys-lru: when it is full it forgets jobs and leases",
        "advice": "set maxmemory-policy noeviction in redis.conf, or in your service's settings",
    }  # fmt: skip
    assert found.label.startswith("maxmemory-policy é allkeys-lru")


def test_a_value_that_is_missing_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        finding("redis_eviction.dangerous")
