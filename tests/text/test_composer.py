"""The built-in text, or the AI's where one is set."""

from __future__ import annotations

import pytest

from proactive.errors import AuroraServiceError
from proactive.text.ai.client import AuroraService
from sandbox.ai import AuroraSandbox
from sandbox.ai_answers import Mode
from tests.support.examples import Examples
from tests.support.texts import compose, composed
from tests.text.ai.conftest import aurora, sandbox

__all__ = ["aurora", "sandbox"]  # fixtures


def test_the_composer_uses_the_ai_where_one_is_set(aurora: AuroraService, examples: type[Examples]) -> None:
    facts = examples.daily_summary()
    assert composed(None, facts, last_attempt=False) == compose(facts)
    assert composed(aurora, facts, last_attempt=False).composer == "ai"


def test_the_composer_falls_back_to_the_layout_only_on_the_last_attempt(
    aurora: AuroraService, sandbox: AuroraSandbox, examples: type[Examples]
) -> None:
    sandbox.mode = Mode.FAIL
    facts = examples.daily_summary()
    with pytest.raises(AuroraServiceError):
        composed(aurora, facts, last_attempt=False)
    draft = composed(aurora, facts, last_attempt=True)
    assert draft.text == compose(facts).text
    assert draft.composer == "layout"
    assert draft.fallback == "The AI service answered with HTTP status 500."
