"""Sessions of requests whose answers have a deadline and a largest size."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from http.client import HTTPException, HTTPResponse
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, PoolManager
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as Silence
from urllib3.util import Retry

from proactive.deadline.allowance import ENCODINGS, Allowance, Answer, allowance, answer_within, unpacked

_CHUNK = 64 * 1024


class NeverLeft(requests.ConnectionError):
    """Nothing of a request left for its server: no name, no connection, no TLS, no proxy, or no such address.

    `secured` is False where it was TLS that failed.
    """

    def __init__(self, cause: Exception) -> None:
        super().__init__(type(cause).__name__)
        self.secured = not isinstance(cause, requests.exceptions.SSLError)


class BoundedSession(requests.Session):
    """A session whose answers are bounded. It repeats nothing and follows nothing; use one a thread."""

    def __init__(self) -> None:
        super().__init__()
        for scheme in ("http://", "https://"):
            self.mount(scheme, _BoundedAdapter(max_retries=Retry(0, read=False)))

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None: requests would read and unpack the body of a redirect even where it does not follow it."""
        return None

    def ask(
        self,
        method: str,
        url: str,
        *,
        seconds: float,
        largest: int,
        connect: float = 5.0,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer to a request, all of it within `seconds` and `largest` bytes. `body` is sent as JSON.

        `connect` is how many of the seconds connecting may take.

        Raises:
            NeverLeft: the server surely saw nothing of it.
            requests.RequestException: there is no answer, or none in time or of that size. Its words may hold the
                address.
        """
        with (
            answer_within(seconds, largest) as given,
            _errors_of_requests(given),
            self._begun(method, url, (min(connect, seconds), seconds), body, headers or {}) as response,
        ):
            packed = b"".join(response.raw.stream(_CHUNK, decode_content=False))
            content = unpacked(packed, response.headers.get("Content-Encoding", ""), largest)
            return Answer(response.status_code, content, response.headers)

    def status(self, method: str, url: str, *, seconds: float, body: Any = None) -> int:
        """The status of the answer to a request; its body is not read. Raises like `ask`."""
        with (
            answer_within(seconds, 0) as given,
            _errors_of_requests(given),
            self._begun(method, url, (seconds, seconds), body, {}) as response,
        ):
            return response.status_code

    def _begun(
        self, method: str, url: str, timeout: tuple[float, float], body: Any, headers: Mapping[str, str]
    ) -> requests.Response:
        headers = {"Accept-Encoding": ENCODINGS, **headers}
        if not self.trust_env:  # nothing of the session's own belongs to a request: a third of its cost is spared
            request = requests.Request(method, url, headers=headers, json=body).prepare()
            adapter, proxies = self.get_adapter(url), self.proxies
            return adapter.send(request, True, timeout, self.verify or False, self.cert, proxies)
        return self.request(
            method, url, json=body, headers=headers, timeout=timeout, allow_redirects=False, stream=True
        )


@contextmanager
def _errors_of_requests(given: Allowance) -> Iterator[None]:
    """Turn what the layers below raise into the errors of requests, and say where nothing had left."""
    try:
        yield
    except (requests.RequestException, HTTPError, HTTPException, OSError, ValueError) as error:
        raise _of_requests(error) if given.request_left else NeverLeft(error) from None


def _of_requests(error: Exception) -> requests.RequestException:
    if isinstance(error, requests.RequestException):
        return error
    if isinstance(error, (Silence, TimeoutError)):
        return requests.ReadTimeout("the answer did not come in time")
    if isinstance(error, (HTTPError, HTTPException)):
        return requests.ConnectionError(type(error).__name__)
    return requests.exceptions.ContentDecodingError("the answer is too large, or cannot be unpacked")


class _BoundedAdapter(HTTPAdapter):
    """Connects, with and without a proxy, over connections that keep to the allowance."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        _bound(self.poolmanager)

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        return _bound(super().proxy_manager_for(proxy, **kwargs))


def _bound(manager: PoolManager) -> PoolManager:
    pools = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {scheme: _bounded(pool) for scheme, pool in pools.items()}
    return manager


@cache
def _bounded(pool: type[HTTPConnectionPool]) -> type[HTTPConnectionPool]:
    """The class of the same pools whose connections read through `_BoundedReader`."""
    if getattr(pool.ConnectionCls, "response_class", None) is _BoundedResponse:
        return pool
    connection = type(pool.ConnectionCls.__name__, (_Noting, pool.ConnectionCls), {"response_class": _BoundedResponse})
    return type(pool.__name__, (pool,), {"ConnectionCls": connection})


class _Noting:
    """The part of a connection that notes in the allowance when a request begins to leave for its server."""

    _connecting = False

    def connect(self) -> None:
        self._connecting = True
        try:
            super().connect()  # type: ignore[misc]  # stands before a class of urllib3
        finally:
            self._connecting = False

    def send(self, data: Any) -> None:
        connection: Any = self
        if connection.sock is None and connection.auto_open:
            connection.connect()
        given = allowance()
        if given is not None and not self._connecting:
            given.request_left = True
        super().send(data)  # type: ignore[misc]  # as above


class _BoundedResponse(HTTPResponse):
    """The standard library's reader of an answer (a proxy's as well), over `_BoundedReader`."""

    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp: Any = io.BufferedReader(_BoundedReader(self.fp.detach(), sock))


class _BoundedReader(io.RawIOBase):
    """Reads a socket, each time for no longer than the answer has left."""

    def __init__(self, raw: io.RawIOBase, sock: Any) -> None:
        self._raw, self._sock = raw, sock

    def readinto(self, buffer: Any) -> int | None:
        rest = allowance()
        if rest is None:
            return self._raw.readinto(buffer)
        left, silence = rest.seconds_left(), self._sock.gettimeout()
        if silence is None or left < silence:
            self._sock.settimeout(left)
        received = self._raw.readinto(buffer)
        rest.take(received or 0)
        return received

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
            super().close()
