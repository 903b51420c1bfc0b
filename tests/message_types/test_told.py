"""What is told goes out in its own words: no greeting, no line of the AI, nothing cut."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from proactive.errors import InvalidInput
from proactive.message_types.registry import BY_HAND, MESSAGE_TYPES, check_data
from proactive.model.facts import Facts
from proactive.text.ai.line_writer import LineWriter
from proactive.text.composer import Composer
from proactive.text.framing import Greeted
from tests.support.examples import Examples
from tests.support.texts import RENDERER

GOLDEN = Path(__file__).parent.parent / "text" / "golden"
TOLD = sorted(set(MESSAGE_TYPES) - set(BY_HAND))


class NeverAsked(LineWriter):
    """A writer that must not be asked."""

    def __init__(self) -> None:
        pass

    def write(self, *_: object) -> None:  # type: ignore[override]
        raise AssertionError("the AI was asked")


@pytest.mark.parametrize("name", TOLD)
def test_the_text_is_the_words_that_were_given_and_the_ai_is_not_asked(name: str) -> None:
    facts: Facts = Examples.of(name)
    draft = Composer(RENDERER, NeverAsked()).compose(
        MESSAGE_TYPES[name].layout, facts, Greeted("Ana", 22), last_attempt=False
    )
    assert draft.text == (GOLDEN / f"{name}.txt").read_text("utf-8").strip()
    assert (draft.composer, draft.ai) == ("layout", None)


def test_words_are_kept_with_their_lines() -> None:
    text = "📣 Prévia: clientes inativos\n\n🎯 Vão receber: 3 clientes"
    assert check_data(MESSAGE_TYPES["campaign_answer"], {"text": text}) == {"text": text, "wants": None}


@pytest.mark.parametrize("data", [{}, {"text": ""}, {"text": "x" * 4097}, {"text": "Oi", "more": 1}])
def test_no_words_and_too_many_are_refused(data: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        check_data(MESSAGE_TYPES["campaign_report"], data)


def test_an_answer_goes_out_at_any_hour_and_a_report_waits_for_the_morning() -> None:
    answer, report = MESSAGE_TYPES["campaign_answer"], MESSAGE_TYPES["campaign_report"]
    assert (answer.at_any_hour, answer.waits_for_quiet_hours) == (True, False)
    assert (report.at_any_hour, report.waits_for_quiet_hours) == (False, True)
    assert report.lifetime is not None and report.lifetime > dt.timedelta(hours=24)
