"""The built-in text, with the first and the last line of the AI where one is set."""

from __future__ import annotations

import pytest

from proactive.errors import AuroraServiceError
from proactive.model.ai import AiResult, LineRefusal, Slot
from proactive.model.facts import Facts
from proactive.text.ai.client import AuroraService
from proactive.text.framing import Framing
from proactive.text.renderer import TEXT_LIMIT, length
from sandbox.ai import AuroraSandbox
from sandbox.ai_answers import Mode
from tests.support.examples import Examples
from tests.support.texts import compose, composed
from tests.text.ai.conftest import aurora, sandbox

__all__ = ["aurora", "sandbox"]  # fixtures
OPENING, CLOSING = "Oi, Ana! Que bom falar com você. 💛", "Muito obrigada pela confiança. Um abraço carinhoso!"


def test_without_an_ai_the_text_is_the_layouts(facts: Facts) -> None:
    assert composed(None, facts) == compose(facts)


def test_the_ai_writes_the_first_and_the_last_line_and_nothing_else(aurora: AuroraService, facts: Facts) -> None:
    draft = composed(aurora, facts)
    assert (draft.composer, draft.fallback) == ("ai", None)
    assert draft.text == compose(facts, Framing(OPENING, CLOSING)).text
    assert draft.figures == compose(facts).figures
    assert draft.text.startswith(OPENING)


def test_a_line_that_does_not_fit_is_the_layouts_and_the_reason_names_nobody(
    aurora: AuroraService, sandbox: AuroraSandbox, facts: Facts
) -> None:
    sandbox.mode = Mode.HALF
    draft = composed(aurora, facts)
    assert draft.composer == "ai"
    assert draft.text == compose(facts, Framing(OPENING)).text
    assert draft.fallback == "closing: it holds characters that no line of ours has"


def test_where_no_line_fits_the_text_is_the_layouts_byte_for_byte(
    aurora: AuroraService, sandbox: AuroraSandbox, facts: Facts
) -> None:
    sandbox.mode = Mode.LIE
    draft = composed(aurora, facts)
    assert (draft.text, draft.composer) == (compose(facts).text, "layout")
    assert draft.fallback is not None
    assert draft.fallback.startswith("opening: it holds words")
    assert "; closing: it holds" in draft.fallback


def test_the_composer_does_without_a_failing_ai_only_on_the_last_attempt(
    aurora: AuroraService, sandbox: AuroraSandbox, facts: Facts
) -> None:
    sandbox.mode = Mode.FAIL
    with pytest.raises(AuroraServiceError):
        composed(aurora, facts, last_attempt=False)
    draft = composed(aurora, facts, last_attempt=True)
    assert (draft.text, draft.composer) == (compose(facts).text, "layout")
    assert draft.fallback == "The AI service answered with HTTP status 500."
    assert draft.ai is not None
    assert draft.ai.result is AiResult.REFUSED
    assert draft.ai.refused == dict.fromkeys(Slot, LineRefusal.UNAVAILABLE)


def test_a_message_with_the_ais_lines_is_never_too_long_and_keeps_its_question(
    aurora: AuroraService, examples: type[Examples]
) -> None:
    draft = composed(aurora, examples.custom_campaign(message="🐶 " * 5000))
    assert TEXT_LIMIT - 10 < length(draft.text) <= TEXT_LIMIT
    assert draft.text.startswith(OPENING)
    assert draft.text.endswith(f"\n\n{CLOSING}\n\nPosso enviar essa campanha para 42 clientes?")
