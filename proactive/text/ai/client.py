"""The HTTP client of the Aurora AI: one question, one answer, within a deadline and a size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import requests
from pydantic import BaseModel, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from proactive.deadline.session import BoundedSession
from proactive.errors import AuroraServiceError
from proactive.model.ai import AiResult

_PATH = "/chat/completions"
_LARGEST_ANSWER = 256 * 1024


@dataclass(frozen=True, slots=True)
class Completion:
    """The AI's text as it came, whether the AI had finished it, and its price in tokens (0 where untold)."""

    text: str
    finished: bool
    tokens_in: int = 0
    tokens_out: int = 0


def _or_none(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    # Nothing depends on the price: where it is nonsense, it is untold.
    try:
        return handler(value)
    except ValidationError:
        return None


_Tokens = Annotated[int, Field(ge=0, le=10_000_000, strict=True)]


class _Usage(BaseModel):
    prompt_tokens: _Tokens = 0
    completion_tokens: _Tokens = 0


class _Message(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Answer(BaseModel):
    choices: tuple[_Choice, ...]
    usage: Annotated[_Usage | None, WrapValidator(_or_none)] = None


class AuroraService:
    """An OpenAI-compatible chat-completions endpoint."""

    def __init__(
        self, url: str, key: str | None, model: str, timeout: float, session: BoundedSession | None = None
    ) -> None:
        """`url` is the API's base (`https://host/v1`) or the whole endpoint; `timeout` in seconds, a whole answer.

        `key` is sent as a bearer token; None for an endpoint without authentication.
        """
        base = url.rstrip("/")
        self._url = base if base.endswith(_PATH) else base + _PATH
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._model = model
        self._timeout = timeout
        self._session = session or BoundedSession()

    def complete(self, instructions: str, text: str) -> Completion:
        """The AI's completion of `text` under `instructions`.

        Raises:
            AuroraServiceError: the service failed, timed out or answered no chat completion.
        """
        messages = [{"role": "system", "content": instructions}, {"role": "user", "content": text}]
        return completion_of(self._post({"model": self._model, "messages": messages}))

    def _post(self, body: dict[str, object]) -> bytes:
        # Errors of requests may quote the URL or a header, hence "from None" and no detail.
        try:
            answer = self._session.ask(
                "POST",
                self._url,
                body=body,
                headers=self._headers,
                seconds=self._timeout,
                connect=self._timeout,
                largest=_LARGEST_ANSWER,
            )
        except requests.Timeout:
            raise AuroraServiceError("The AI service did not answer in time.", AiResult.TIMEOUT) from None
        except (requests.RequestException, OSError, ValueError):
            words = "The AI service could not be reached or broke off its answer."
            raise AuroraServiceError(words, AiResult.UNREACHABLE) from None
        if answer.status != requests.codes.ok:
            words = f"The AI service answered with HTTP status {answer.status}."
            raise AuroraServiceError(words, AiResult.REFUSED)
        return answer.body


def completion_of(answer: bytes) -> Completion:
    """The completion in the body of an answer.

    Raises:
        AuroraServiceError: the body is no chat completion.
    """
    try:
        read = _Answer.model_validate_json(answer)
        choice, usage = read.choices[0], read.usage or _Usage()
    except (ValidationError, IndexError):
        words = "The AI service answered something that is no chat completion."
        raise AuroraServiceError(words, AiResult.UNREADABLE) from None
    finished = choice.finish_reason in (None, "stop")
    return Completion(choice.message.content or "", finished, usage.prompt_tokens, usage.completion_tokens)
