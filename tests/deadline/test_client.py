"""Answers to httpx: the same bounds, for the client that supabase-py is given."""

from __future__ import annotations

import gzip
import ssl
import time
import tracemalloc
from pathlib import Path

import httpx
import pytest

from proactive.deadline.client import bounded_client
from tests.deadline.conftest import DRIPS, bomb, packed_answer
from tests.support.dripping import dripping

_SOON = 5.0


@pytest.mark.parametrize("part", DRIPS)
def test_an_answer_that_drips_ends_at_its_deadline(part: str) -> None:
    began = time.monotonic()
    with dripping(*DRIPS[part]) as server, pytest.raises(httpx.HTTPError):
        bounded_client(0.4, 1_000_000, follow_redirects=True).get(server.url)
    assert 0.3 < time.monotonic() - began < _SOON


@pytest.mark.parametrize("part", ["status line", "headers without end", "body until it closes", "chunks"])
def test_an_answer_that_drips_through_tls_ends_at_its_deadline(part: str, tls: tuple[ssl.SSLContext, Path]) -> None:
    trusting = ssl.create_default_context(cafile=str(tls[1]))
    began = time.monotonic()
    with dripping(*DRIPS[part], tls=tls[0]) as server, pytest.raises(httpx.TimeoutException):
        bounded_client(0.4, 1_000_000, verify=trusting).get(server.url)
    assert 0.3 < time.monotonic() - began < _SOON


@pytest.mark.parametrize("url", ["http://supabase.example", "https://supabase.example"])
def test_a_proxy_of_the_environment_is_used_and_bounded(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.monotonic()
    with dripping(*DRIPS["headers without end"]) as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
            monkeypatch.setenv(name, server.url)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        with pytest.raises(httpx.TimeoutException):
            bounded_client(0.4, 1_000_000).get(url)
    assert 0.3 < time.monotonic() - began < _SOON


def test_an_answer_is_unpacked_and_keeps_its_status_and_headers() -> None:
    with dripping(packed_answer(gzip.compress(b'{"a": 1}'), status=b"206 Some\r\nContent-Range: 0-1/5")) as server:
        answer = bounded_client(20, 1_000_000).get(server.url)
    assert (answer.status_code, answer.json(), answer.headers["Content-Range"]) == (206, {"a": 1}, "0-1/5")


def test_a_redirect_is_followed_where_that_is_wanted() -> None:
    with dripping(packed_answer(b"{}", "identity")) as there:
        head = f"HTTP/1.1 302 Found\r\nLocation: {there.url}\r\nContent-Length: 0\r\n\r\n".encode()
        with dripping(head) as here:
            assert bounded_client(20, 1_000_000, follow_redirects=True).get(here.url).json() == {}


@pytest.mark.parametrize("status", [b"200 OK", b"500 No", b"302 No\r\nLocation: /other"])
def test_a_bomb_costs_no_memory(status: bytes) -> None:
    packed = bomb(400)
    client = bounded_client(20, 1_000_000, follow_redirects=True)
    with dripping(packed_answer(packed, status=status)) as server:
        tracemalloc.start()
        with pytest.raises(httpx.HTTPError):
            client.get(server.url)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 16_000_000


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"HTTP/1.1 200 OK\r\n", b""]
)
def test_an_answer_that_never_ends_is_too_large_before_its_deadline(head: bytes) -> None:
    with dripping(head + b"1" * 5_000_000) as server, pytest.raises(httpx.HTTPError) as refused:
        bounded_client(60, 1000).get(server.url)
    assert not isinstance(refused.value, httpx.TimeoutException)


@pytest.mark.parametrize("answer", [packed_answer(b"no gzip"), packed_answer(gzip.compress(b"{}"), "br")])
def test_a_packing_that_cannot_be_read_is_an_error_of_httpx(answer: bytes) -> None:
    with dripping(answer) as server, pytest.raises(httpx.DecodingError):
        bounded_client(20, 1_000_000).get(server.url)
