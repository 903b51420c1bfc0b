"""One question, one answer, over a real socket: what the service may do to us."""

from __future__ import annotations

import pytest

from proactive.errors import AuroraServiceError
from proactive.text.ai.client import AuroraService
from sandbox.ai import AuroraSandbox
from sandbox.ai_answers import Mode
from tests.support.examples import Examples
from tests.support.texts import compose, rephrase
from tests.text.ai.conftest import KEY


@pytest.mark.parametrize("mode", [Mode.FAIL, Mode.THROTTLE, Mode.GARBAGE])
def test_a_failing_service_raises_what_may_be_tried_again(
    aurora: AuroraService, sandbox: AuroraSandbox, examples: type[Examples], mode: Mode
) -> None:
    sandbox.mode = mode
    facts = examples.birthdays()
    with pytest.raises(AuroraServiceError) as caught:
        rephrase(aurora, facts, compose(facts))
    assert not caught.value.permanent
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("mode", [Mode.HANG, Mode.DRIP])
def test_an_answer_that_does_not_come_in_time_raises(
    sandbox: AuroraSandbox, examples: type[Examples], mode: Mode
) -> None:
    sandbox.mode = mode
    facts = examples.birthdays()
    with pytest.raises(AuroraServiceError, match="in time"):
        rephrase(AuroraService(sandbox.url, KEY, "a-model", timeout=0.2), facts, compose(facts))


def test_a_refused_connection_and_an_unusable_key_raise_without_detail(
    sandbox: AuroraSandbox, examples: type[Examples]
) -> None:
    facts = examples.birthdays()
    for service in (
        AuroraService("http://127.0.0.1:1/v1", KEY, "a-model", timeout=1),
        AuroraService(sandbox.url, "chave secreta \u2713\n", "a-model", timeout=1),
    ):
        with pytest.raises(AuroraServiceError, match="could not be reached") as caught:
            rephrase(service, facts, compose(facts))
        assert caught.value.__suppress_context__


def test_a_redirect_or_a_wrong_path_is_a_failure(sandbox: AuroraSandbox, examples: type[Examples]) -> None:
    facts = examples.birthdays()
    with pytest.raises(AuroraServiceError, match="404"):
        rephrase(AuroraService(sandbox.url.replace("/v1", "/v2"), KEY, "a-model", timeout=1), facts, compose(facts))


def test_the_whole_endpoint_is_taken_as_url_too(sandbox: AuroraSandbox, examples: type[Examples]) -> None:
    service = AuroraService(f"{sandbox.url}/chat/completions/", None, "a-model", timeout=5)
    facts = examples.birthdays()
    assert rephrase(service, facts, compose(facts)).composer == "ai"


def test_the_answer_is_the_text_and_whether_the_ai_had_finished(aurora: AuroraService) -> None:
    completion = aurora.complete("Diga o mesmo.", "Tenha um bom dia!")
    assert completion.finished
    assert completion.text
