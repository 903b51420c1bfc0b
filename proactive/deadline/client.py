"""Clients of httpx whose answers have a deadline and a largest size."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from proactive.deadline.allowance import ENCODINGS, AnswerTooLarge, allowance, answer_within, unpacked


def bounded_client(seconds: float, largest: int, **options: Any) -> httpx.Client:
    """A client of which every answer is all here within `seconds` and `largest` bytes, packed and unpacked.

    `options` are those of `httpx.Client`. Proxies of the environment and redirects stay as they are (each redirect is
    an answer); a body is always read at once. Threads may share the client.

    Raises (when asked): httpx.HTTPError, as httpx does; ReadTimeout past the deadline.
    """
    client = httpx.Client(timeout=seconds, headers={"Accept-Encoding": ENCODINGS}, **options)
    # httpx has no public way to keep the proxies of the environment and to change the transports
    client._transport = _bounded(client._transport, seconds, largest)
    client._mounts = {
        pattern: None if transport is None else _bounded(transport, seconds, largest)
        for pattern, transport in client._mounts.items()
    }
    return client


def _bounded(transport: httpx.BaseTransport, seconds: float, largest: int) -> httpx.BaseTransport:
    if isinstance(transport, httpx.HTTPTransport):
        pool = transport._pool
        pool._network_backend = _BoundedBackend(pool._network_backend)
    return _BoundedTransport(transport, seconds, largest)


class _BoundedTransport(httpx.BaseTransport):
    """Makes one request and reads its answer within the allowance."""

    def __init__(self, inner: httpx.BaseTransport, seconds: float, largest: int) -> None:
        self._inner, self._seconds, self._largest = inner, seconds, largest

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with answer_within(self._seconds, self._largest):
            answer = self._inner.handle_request(request)
            try:
                packed = b"".join(answer.iter_raw())
            finally:
                answer.close()
        try:
            body = unpacked(packed, answer.headers.get("Content-Encoding", ""), self._largest)
        except (AnswerTooLarge, ValueError) as error:
            raise httpx.DecodingError(str(error), request=request) from None
        about_packing = ("content-encoding", "content-length", "transfer-encoding")
        headers = [(name, value) for name, value in answer.headers.multi_items() if name not in about_packing]
        return httpx.Response(
            answer.status_code, headers=headers, stream=httpx.ByteStream(body), extensions=answer.extensions
        )

    def close(self) -> None:
        self._inner.close()


def _rest(timeout: float | None) -> float | None:
    """What is left of the answer's time, or the timeout if that is shorter."""
    rest = allowance()
    if rest is None:
        return timeout
    try:
        left = rest.seconds_left()
    except TimeoutError as error:
        raise httpcore.ReadTimeout(str(error)) from None
    return left if timeout is None else min(left, timeout)


class _BoundedBackend(httpcore.NetworkBackend):
    """Opens connections that keep to the allowance of the answer they are used for."""

    def __init__(self, inner: httpcore.NetworkBackend) -> None:
        self._inner = inner

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        return _BoundedStream(self._inner.connect_tcp(host, port, _rest(timeout), local_address, socket_options))

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


class _BoundedStream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        received = self._inner.read(max_bytes, _rest(timeout))
        rest = allowance()
        if rest is not None:
            try:
                rest.take(len(received))
            except AnswerTooLarge as error:
                raise httpcore.ReadError(str(error)) from None
        return received

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _rest(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _BoundedStream(self._inner.start_tls(ssl_context, server_hostname, _rest(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
