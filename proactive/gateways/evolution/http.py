"""The HTTP client of Evolution API, and what a broken connection leaves unknown."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import requests

from proactive.deadline.allowance import Answer
from proactive.deadline.session import BoundedSession, NeverLeft
from proactive.gateways.evolution.error_table import fault_of
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.model.failure_reasons import FailureReason

#: Node closes connections that are idle for five seconds; one that it closes while we send is ambiguous.
_REUSED_FOR = 2.0
_CONNECT_TIMEOUT = 5.0
#: Bytes of an answer: a page of messages, each with whatever it quotes.
_LARGEST_ANSWER = 16 * 1024 * 1024


class _Line(threading.local):
    """The session of each thread, made at its first request, and when it was used last."""

    def __init__(self, url: str, session: BoundedSession | None, used_at: float) -> None:
        self.session = session or BoundedSession()
        self.used_at = used_at
        with suppress(ValueError):  # not an address: the first request will say so
            self._read_environment(url)

    def _read_environment(self, url: str) -> None:
        """Read the proxies and certificates of the environment once: requests would read them at every request."""
        session = self.session
        found = session.merge_environment_settings(url, {}, None, None, None)
        session.proxies, session.verify, session.cert = found["proxies"], found["verify"], found["cert"]
        session.trust_env = False


class EvolutionHttp:
    """The client of one server: keeps its connections while they are fresh, repeats nothing, follows nothing.

    Threads may share it: each has a session of its own, unless one is given.
    """

    def __init__(
        self, url: str, api_key: str, timeout: float, session: BoundedSession | None, clock: Callable[[], float]
    ) -> None:
        self._url = url.rstrip("/")
        self._headers = {"apikey": api_key}
        self._timeout = timeout
        self._clock = clock
        self._line = _Line(self._url, session, clock())

    def ask(self, method: str, path: str, instance: str | None, body: Any = None, text: str = "") -> Any:
        """The answer's JSON (None if it is none). `text` is what a reason must never repeat.

        Raises:
            GatewayError: no answer, or one that is not 2xx.
        """
        line = self._line
        if self._clock() - line.used_at > _REUSED_FOR:
            line.session.close()
        url = f"{self._url}{path}" + (f"/{quote(instance, safe='')}" if instance is not None else "")
        try:
            answer = line.session.ask(
                method, url, body=body, headers=self._headers, seconds=self._timeout, connect=_CONNECT_TIMEOUT,
                largest=_LARGEST_ANSWER,
            )  # fmt: skip
        except requests.RequestException as error:
            raise _broken(error) from None
        finally:
            line.used_at = self._clock()
        decoded = _decoded(answer)
        if answer.status not in range(200, 300):
            raise fault_of(answer.status, decoded, text)
        return decoded


def _broken(error: requests.RequestException) -> GatewayError:
    """The error that a failed exchange stands for: `UNREACHABLE` if the request surely never left, else `UNKNOWN`.

    The error's own words hold the address and are not repeated.
    """
    if isinstance(error, NeverLeft):
        reason = FailureReason.GATEWAY_UNREACHABLE if error.secured else FailureReason.GATEWAY_TLS
        return GatewayError(GatewayFault.UNREACHABLE, reason)
    if isinstance(error, requests.Timeout):
        return GatewayError(GatewayFault.UNKNOWN, FailureReason.GATEWAY_TIMED_OUT)
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return GatewayError(GatewayFault.UNKNOWN, FailureReason.GATEWAY_ANSWER_UNUSABLE)
    return GatewayError(GatewayFault.UNKNOWN, FailureReason.GATEWAY_CONNECTION_BROKE)


def _decoded(answer: Answer) -> Any:
    """The answer's JSON, None if it is none."""
    try:
        return answer.json()
    except ValueError:
        return None
