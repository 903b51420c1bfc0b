"""Failures: every code has its words in both languages, and records keep what the words need."""

from __future__ import annotations

import json
import re
from string import Formatter

import pytest

from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.model.failure_words import WORDS

CAUSE = Failure(FailureReason.GATEWAY_TIMED_OUT)


def names(template: str) -> set[str]:
    """What a template's words need: details by name, causes by number."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def example(reason: FailureReason) -> Failure:
    """A failure with all that its words need."""
    needed = names(WORDS[reason].text)
    causes = tuple(CAUSE for name in needed if name.isdigit())
    return Failure(reason, {name: f"a {name}" for name in needed if not name.isdigit()}, causes)


def test_every_code_has_its_words() -> None:
    assert WORDS.keys() == set(FailureReason)
    assert all(re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", reason) for reason in FailureReason)


@pytest.mark.parametrize("reason", FailureReason)
def test_both_languages_say_the_same_details(reason: FailureReason) -> None:
    assert names(WORDS[reason].text) == names(WORDS[reason].label)
    assert WORDS[reason].text != WORDS[reason].label


@pytest.mark.parametrize("reason", FailureReason)
def test_every_failure_says_what_to_do_about_it(reason: FailureReason) -> None:
    assert len(example(reason).advice) > 10


@pytest.mark.parametrize("reason", FailureReason)
def test_a_record_keeps_what_the_words_need(reason: FailureReason) -> None:
    failure = example(reason)
    assert Failure.from_json(json.loads(json.dumps(failure.as_json()))) == failure


@pytest.mark.parametrize("kept", [None, 7, "sent", {}, {"code": "of_another_version"}, {"code": "gateway_failed"}])
def test_what_this_version_does_not_know_is_no_failure(kept: object) -> None:
    assert Failure.from_json(kept) is None


def test_days_are_written_as_brazilians_write_them() -> None:
    failure = Failure(FailureReason.TOO_LATE_DAY_OVER, {"day": "2026-11-23", "today": "2026-11-24"})
    assert failure.text == "too late: it was about 2026-11-23, and there it is 2026-11-24 now"
    assert failure.label == "tarde demais: era sobre 23/11/2026, e lá já é 24/11/2026"


def test_causes_are_said_with_their_own_words() -> None:
    failure = Failure(FailureReason.UNKNOWN_AFTER_INTERRUPTION, causes=(CAUSE,))
    assert failure.text.endswith(f"and now: {CAUSE.text}")
    assert failure.label.endswith(f"e agora: {CAUSE.label}")
    assert failure.reason.is_unknown_delivery
    assert not CAUSE.reason.is_unknown_delivery
