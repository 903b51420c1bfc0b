"""Bodies of 64 kB are read, and longer ones are not."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import httpx
import pytest

from tests.web.conftest import BASE, Client, assert_problem

JSON = {"Content-Type": "application/json"}
LIMIT = 64 * 1024


def send(client: Client, content: bytes | Iterator[bytes], **headers: str) -> httpx.Response:
    return client.http.post(BASE, content=content, headers=client.headers | JSON | headers)


def padded(size: int) -> bytes:
    start = b'{"type":"daily_summary","padding":"'
    return start + b"x" * (size - len(start) - 2) + b'"}'


def test_a_body_of_64_kb_is_read_and_one_byte_more_is_not(service: Client) -> None:
    assert_problem(send(service, padded(LIMIT)), 422)
    answer = send(service, padded(LIMIT + 1))
    assert "64 kB" in assert_problem(answer, 413)["detail"]


def test_a_body_that_does_not_say_its_length_is_not_read_to_its_end(service: Client) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while taken < 50_000_000:
            taken += 8192
            yield b" " * 8192

    # the connection may be closed while we are still sending
    with contextlib.suppress(httpx.WriteError, httpx.RemoteProtocolError, httpx.ReadError):
        assert_problem(send(service, endless()), 413)
    assert taken < 40_000_000


@pytest.mark.parametrize("length", [b"1000000000000", b"65537"])
def test_a_length_that_is_announced_is_refused_before_anything_is_read(address: str, length: bytes) -> None:
    url = httpx.URL(address)
    with socket.create_connection((url.host, url.port or 80), timeout=5) as client:
        client.sendall(b"POST " + BASE.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + b"\r\n\r\n")
        answer = client.makefile("rb").read()  # to its end: the connection is closed
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"application/problem+json" in answer
