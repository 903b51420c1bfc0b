"""One question, one answer, over a real socket: what the service may do to us."""

from __future__ import annotations

import json
import resource
import time

import pytest

from proactive.errors import AuroraServiceError
from proactive.model.ai import AiResult
from proactive.text.ai.client import AuroraService, Completion, completion_of
from sandbox.ai import AuroraSandbox
from sandbox.ai_answers import Mode
from tests.text.ai.conftest import KEY

ASKED = ("Escreva JSON.", '{"nome": "use {nome}"}')


@pytest.mark.parametrize(
    ("mode", "result"),
    [
        (Mode.FAIL, AiResult.REFUSED), (Mode.THROTTLE, AiResult.REFUSED), (Mode.GARBAGE, AiResult.UNREADABLE),
        (Mode.BOMB, AiResult.UNREACHABLE),
    ],
)  # fmt: skip
def test_a_failing_service_raises_what_may_be_tried_again(
    aurora: AuroraService, sandbox: AuroraSandbox, mode: Mode, result: AiResult
) -> None:
    sandbox.mode = mode
    with pytest.raises(AuroraServiceError) as caught:
        aurora.complete(*ASKED)
    assert not caught.value.permanent
    assert caught.value.result == result
    assert KEY not in str(caught.value)


def test_an_answer_that_unpacks_to_gigabytes_fills_no_memory(aurora: AuroraService, sandbox: AuroraSandbox) -> None:
    sandbox.mode = Mode.BOMB
    with pytest.raises(AuroraServiceError):
        aurora.complete(*ASKED)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(8):
        with pytest.raises(AuroraServiceError):
            aurora.complete(*ASKED)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024


@pytest.mark.parametrize("mode", [Mode.HANG, Mode.DRIP])
def test_an_answer_that_does_not_come_in_time_raises(sandbox: AuroraSandbox, mode: Mode) -> None:
    sandbox.mode = mode
    began = time.monotonic()
    with pytest.raises(AuroraServiceError, match="in time") as caught:
        AuroraService(sandbox.url, KEY, "a-model", timeout=0.3).complete(*ASKED)
    assert caught.value.result == AiResult.TIMEOUT
    assert time.monotonic() - began < 5


def test_a_refused_connection_and_an_unusable_key_raise_without_detail(sandbox: AuroraSandbox) -> None:
    for service in (
        AuroraService("http://127.0.0.1:1/v1", KEY, "a-model", timeout=1),
        AuroraService(sandbox.url, "chave secreta \u2713\n", "a-model", timeout=1),
    ):
        with pytest.raises(AuroraServiceError, match="could not be reached") as caught:
            service.complete(*ASKED)
        assert caught.value.__suppress_context__
        assert caught.value.result == AiResult.UNREACHABLE


def test_a_redirect_or_a_wrong_path_is_a_failure(sandbox: AuroraSandbox) -> None:
    with pytest.raises(AuroraServiceError, match="404"):
        AuroraService(sandbox.url.replace("/v1", "/v2"), KEY, "a-model", timeout=1).complete(*ASKED)


def test_the_whole_endpoint_is_taken_as_url_too(sandbox: AuroraSandbox) -> None:
    service = AuroraService(f"{sandbox.url}/chat/completions/", None, "a-model", timeout=5)
    assert service.complete(*ASKED).finished


def test_the_answer_is_the_text_with_its_price(aurora: AuroraService) -> None:
    completion = aurora.complete(*ASKED)
    assert completion.finished
    assert completion.text.startswith('{"opening"')
    assert completion.tokens_in == sum(map(len, ASKED)) // 4
    assert completion.tokens_out == len(completion.text) // 4


def answer(**parts: object) -> bytes:
    return json.dumps({"choices": [{"message": {"content": "Oi!"}}], **parts}).encode()


@pytest.mark.parametrize(
    "usage",
    [
        None,
        5,
        [],
        {"prompt_tokens": "many"},
        {"prompt_tokens": -1},
        {"completion_tokens": 1e30},
        {"prompt_tokens": None},
    ],
)
def test_a_price_that_is_nonsense_is_untold(usage: object) -> None:
    assert completion_of(answer(usage=usage)) == Completion("Oi!", finished=True)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b"{}", b'{"choices": []}', b'{"choices": [{}]}',
        b'{"choices": [{"message": {"content": 5}}]}',
        b"[" * 100_000, b"\xff\xfe", b'{"choices": [{"message": {"content": ["Oi!"]}}]}', b"<html>",
    ],
)  # fmt: skip
def test_what_is_no_chat_completion_raises(body: bytes) -> None:
    with pytest.raises(AuroraServiceError, match="no chat completion") as caught:
        completion_of(body)
    assert caught.value.result == AiResult.UNREADABLE


@pytest.mark.parametrize(
    ("reason", "finished"), [("stop", True), (None, True), ("length", False), ("tool_calls", False)]
)
def test_an_answer_that_stops_for_another_reason_is_not_finished(reason: str | None, finished: bool) -> None:
    choices = [{"message": {"content": None}, "finish_reason": reason}]
    assert completion_of(answer(choices=choices)) == Completion("", finished)
