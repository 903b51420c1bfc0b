"""The HTTP client of the Aurora AI: one question, one answer, within a deadline and a size."""

from __future__ import annotations

import time
from dataclasses import dataclass

import requests
from pydantic import BaseModel, ValidationError
from urllib3.exceptions import HTTPError, TimeoutError

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
        self, url: str, key: str | None, model: str, timeout: float, session: requests.Session | None = None
    ) -> None:
        """`url` is the API's base (`https://host/v1`) or the whole endpoint; `timeout` in seconds, a whole answer.

        `key` is sent as a bearer token; None for an endpoint without authentication.
        """
        base = url.rstrip("/")
        self._url = base if base.endswith(_PATH) else base + _PATH
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._model = model
        self._timeout = timeout
        self._session = session or requests.Session()

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
        # Errors of requests and urllib3 may quote the URL or a header, hence "from None" and no detail.
        deadline = time.monotonic() + self._timeout
        try:
            with self._session.post(
                self._url,
                json=body,
                headers=self._headers,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                if response.status_code != requests.codes.ok:
                    raise AuroraServiceError(f"The AI service answered with HTTP status {response.status_code}.")
                return _read(response, deadline)
        except (requests.Timeout, TimeoutError):
            raise AuroraServiceError("The AI service did not answer in time.") from None
        except (requests.RequestException, HTTPError, OSError, ValueError):
            raise AuroraServiceError("The AI service could not be reached or broke off its answer.") from None


def _read(response: requests.Response, deadline: float) -> bytes:
    # A timeout bounds each wait, not their sum: a dripping answer needs a deadline.
    answer = bytearray()
    while chunk := response.raw.read1(decode_content=True):
        answer += chunk
        if time.monotonic() > deadline:
            raise AuroraServiceError("The AI service did not answer in time.")
        if len(answer) > _LARGEST_ANSWER:
            raise AuroraServiceError("The AI service's answer is absurdly large.")
    return bytes(answer)
