"""The Aurora AI: it may say a built-in text in other words, and is believed only where those are true.

What leaves the house is the built-in text with a placeholder for everything that people typed: names,
phones, pets, services, campaigns. So nothing private leaves, and nothing typed can instruct the AI.
"""

from __future__ import annotations

import time
import unicodedata
from dataclasses import replace

import requests
from pydantic import BaseModel, ValidationError
from urllib3.exceptions import HTTPError, TimeoutError

from proactive.errors import AuroraServiceError
from proactive.model.context import Draft
from proactive.model.facts import Facts
from proactive.text.ai.fidelity import kept_lines, why_unfaithful
from proactive.text.ai.pseudonyms import Pseudonyms
from proactive.text.renderer import TEXT_LIMIT, instructions, length, render
from proactive.text.required_figures import required_figures

_PATH = "/chat/completions"
_LARGEST_ANSWER = 1_000_000


class _Message(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    choices: tuple[_Choice, ...]


class AuroraService:
    """A chat-completions endpoint that rephrases drafts."""

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

    def rephrase(self, facts: Facts, draft: Draft) -> Draft:
        """`draft` in the AI's words, or `draft` itself with the reason (`fallback`) if those are not true.

        Raises:
            AuroraServiceError: the service failed, timed out or answered no chat completion.
        """
        shown, pseudonyms = len(draft.figures["listed"]), Pseudonyms()
        layout = render(facts, shown, pseudonyms)
        choice = self._ask(layout)
        # Composed characters, as in the layout: an accent apart from its letter would hide a word from the check.
        text = unicodedata.normalize("NFC", choice.message.content or "").strip()
        if choice.finish_reason not in (None, "stop"):
            return replace(draft, fallback="The AI's text was not used: it is not finished.")
        fault = why_unfaithful(text, layout, required_figures(facts, shown))
        if fault:
            return replace(draft, fallback=f"The AI's text was not used: {fault[0].lower()}{fault[1:]}")
        restored = pseudonyms.restore(text)
        if length(restored) > TEXT_LIMIT:
            return replace(draft, fallback="The AI's text was not used: it is too long for WhatsApp.")
        return replace(draft, text=restored, composer="ai")

    def _ask(self, layout: str) -> _Choice:
        messages = [
            {"role": "system", "content": instructions(kept_lines(layout))},
            {"role": "user", "content": layout},
        ]
        answer = self._post({"model": self._model, "messages": messages})
        try:
            return _Completion.model_validate_json(answer).choices[0]
        except (ValidationError, IndexError):
            raise AuroraServiceError("The AI service answered something that is no chat completion.") from None

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
