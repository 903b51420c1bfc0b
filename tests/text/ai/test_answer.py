"""The AI's answer unpacked, whatever it is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proactive.model.ai import LineRefusal, Slot
from proactive.text.ai.answer import texts_of
from proactive.text.ai.client import Completion

GOOD = '{"opening": "Oi!", "closing": "Um abraço!"}'
TEXTS = {Slot.OPENING: "Oi!", Slot.CLOSING: "Um abraço!"}


def unpacked(text: str, *, finished: bool = True) -> dict[Slot, str | LineRefusal]:
    return texts_of(Completion(text, finished))


@pytest.mark.parametrize(
    "text",
    [
        GOOD, f"\n {GOOD}\n", f"```json\n{GOOD}\n```", f"```\n{GOOD}\n```", f" ```JSON\n{GOOD}``` \n",
        '{"closing": "Um abraço!", "note": [1, {}], "opening": "Oi!"}', json.dumps(json.loads(GOOD)),
    ],
)  # fmt: skip
def test_the_json_that_was_asked_for_is_read_in_a_fence_too(text: str) -> None:
    assert unpacked(text) == TEXTS


@pytest.mark.parametrize(
    "text",
    [
        "", "Oi!", "null", "[]", '"Oi!"', "12", '["Oi!", "Um abraço!"]', GOOD[:-1], f"{GOOD} {GOOD}",
        f"Aqui está: {GOOD}", f"```json\n{GOOD}", f"``` {GOOD} ``` ```", "{'opening': 'Oi!'}",
        '{"opening": "Oi!",}', "[" * 100_000,
        '{"opening": ' * 50_000, '{"opening": NaN}', '{"opening": "\\ud800"}', '{"opening": "Oi!\n"}', "\x00",
        "{" + " " * 200_000,
    ],
)  # fmt: skip
def test_what_is_no_such_json_is_malformed(text: str) -> None:
    assert unpacked(text) == dict.fromkeys(Slot, LineRefusal.MALFORMED)


@pytest.mark.parametrize("value", [1, 1e400, True, [], ["Oi!"], {}, {"text": "Oi!"}])
def test_a_slot_of_another_type_is_malformed_and_the_other_one_is_read(value: object) -> None:
    text = json.dumps({"opening": value, "closing": "Um abraço!"}).replace("Infinity", "1e400")
    assert unpacked(text)[Slot.OPENING] is LineRefusal.MALFORMED
    assert unpacked(text)[Slot.CLOSING] == "Um abraço!"


@pytest.mark.parametrize(
    "text", ["{}", '{"opening": null}', '{"opening": "", "closing": " \\n"}', '{"Opening": "Oi!"}']
)
def test_a_slot_that_is_left_out_is_missing(text: str) -> None:
    assert unpacked(text) == dict.fromkeys(Slot, LineRefusal.MISSING)


def test_an_unfinished_answer_is_not_used() -> None:
    assert unpacked(GOOD, finished=False) == dict.fromkeys(Slot, LineRefusal.UNFINISHED)


@given(st.text())
def test_no_answer_raises(text: str) -> None:
    assert set(unpacked(text)) == set(Slot)
