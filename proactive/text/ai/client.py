"""The HTTP client of the Aurora AI: one question, one answer, within a deadline and a size."""

from __future__ import annotations

from dataclasses import dataclass

import requests
from pydantic import BaseModel, ValidationError

from proactive.deadline.session import BoundedSession
from proactive.errors import AuroraServiceError

_PATH = "/chat/completions"
_LARGEST_ANSWER = 1_000_000


@dataclass(frozen=True, slots=True)
class Completion:
    """The AI's text as it came, and whether the AI had finished it."""

    text: str
    finished: bool


class _Message(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Answer(BaseModel):
    choices: tuple[_Choice, ...]


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
        answer = self._post({"model": self._model, "messages": messages})
        try:
            choice = _Answer.model_validate_json(answer).choices[0]
        except (ValidationError, IndexError):
            raise AuroraServiceError("The AI service answered something that is no chat completion.") from None
        return Completion(choice.message.content or "", choice.finish_reason in (None, "stop"))

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
            raise AuroraServiceError("The AI service did not answer in time.") from None
        except (requests.RequestException, OSError, ValueError):
            raise AuroraServiceError("The AI service could not be reached or broke off its answer.") from None
        if answer.status != requests.codes.ok:
            raise AuroraServiceError(f"The AI service answered with HTTP status {answer.status}.")
        return answer.body
