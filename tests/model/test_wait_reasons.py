"""Notes about waits: every reason has its words, and what a job keeps is what it was."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.model.wait_reasons import WAIT_WORDS, WaitNote, WaitReason

UNTIL = dt.datetime(2026, 11, 24, 11, tzinfo=dt.UTC)
NOTES = [
    WaitNote(WaitReason.TURN), WaitNote(WaitReason.QUIET_HOURS, UNTIL), WaitNote(WaitReason.PAUSED, said="férias"),
    WaitNote(WaitReason.GATEWAY, failure=Failure(FailureReason.GATEWAY_REFUSED, {"status": "400", "detail": "no"})),
]  # fmt: skip


def test_every_reason_has_words_in_both_languages_and_advice() -> None:
    assert set(WAIT_WORDS) == set(WaitReason)
    assert all(all(words) for words in WAIT_WORDS.values())


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note.why)
def test_a_note_is_kept_and_read_again(note: WaitNote) -> None:
    assert WaitNote.from_json(note.as_json()) == note


@pytest.mark.parametrize("kept", [None, 7, {}, {"why": "weather"}, {"why": "turn", "until": "tomorrow"}, []])
def test_a_note_that_this_version_does_not_know_is_none(kept: Any) -> None:
    assert WaitNote.from_json(kept) is None


def test_the_words_name_what_was_said_and_what_failed() -> None:
    assert NOTES[2].label == "alguém pausou o envio: férias"
    assert NOTES[3].label == "o gateway não pôde enviar: o gateway recusou (400): no"
    assert NOTES[3].advice == NOTES[3].failure.advice if NOTES[3].failure else False
    assert NOTES[0].advice == WAIT_WORDS[WaitReason.TURN].advice


def test_a_failure_is_known_by_its_words_where_they_have_no_details() -> None:
    assert Failure.of_text("WhatsApp is throttling the instance") == Failure(FailureReason.WHATSAPP_THROTTLES)
    assert Failure.of_text("the gateway failed ({status}): {detail}") is None
    assert Failure.of_text("something else") is None
