"""Answers to requests: all of them within their deadline and size, whatever part of them drips or bursts."""

from __future__ import annotations

import gzip
import os
import ssl
import threading
import time
import tracemalloc
from pathlib import Path

import pytest
import requests

from proactive.deadline.session import BoundedSession
from tests.deadline.conftest import DRIPS, bomb, packed_answer
from tests.support.dripping import dripping

#: Far more than a deadline of 0.4 s needs on a busy machine, far less than any of these answers lasts.
_SOON = 5.0


def ask(url: str, *, seconds: float = 0.4, largest: int = 1_000_000, session: BoundedSession | None = None) -> bytes:
    return (session or BoundedSession()).ask("POST", url, seconds=seconds, largest=largest, body={"a": 1}).body


@pytest.mark.parametrize("part", DRIPS)
def test_an_answer_that_drips_ends_at_its_deadline(part: str) -> None:
    began = time.monotonic()
    with dripping(*DRIPS[part]) as server, pytest.raises(requests.RequestException):
        ask(server.url)
    assert 0.3 < time.monotonic() - began < _SOON


@pytest.mark.parametrize("part", ["status line", "headers without end", "body until it closes", "chunks"])
def test_an_answer_that_drips_through_tls_ends_at_its_deadline(part: str, tls: tuple[ssl.SSLContext, Path]) -> None:
    session = BoundedSession()
    session.verify, session.trust_env = str(tls[1]), False
    began = time.monotonic()
    with dripping(*DRIPS[part], tls=tls[0]) as server, pytest.raises(requests.Timeout):
        ask(server.url, session=session)
    assert 0.3 < time.monotonic() - began < _SOON


def test_a_tls_handshake_that_drips_ends_at_its_deadline() -> None:
    began = time.monotonic()
    with dripping(b"\x16\x03\x03\x40\x00", b"\0") as server, pytest.raises(requests.RequestException):
        ask(server.url.replace("http://", "https://"))
    assert time.monotonic() - began < _SOON


@pytest.mark.parametrize("part", ["status line", "headers without end"])
def test_a_proxy_that_drips_ends_at_the_deadline(part: str) -> None:
    session = BoundedSession()
    began = time.monotonic()
    with dripping(*DRIPS[part]) as server, pytest.raises(requests.RequestException):
        session.proxies = {"https": server.url, "http": server.url}
        ask("https://gateway.example", session=session)
    with dripping(*DRIPS[part]) as server, pytest.raises(requests.RequestException):
        session.proxies = {"https": server.url, "http": server.url}
        ask("http://gateway.example", session=session)
    assert time.monotonic() - began < 2 * _SOON


def test_a_silent_server_ends_at_the_deadline_as_well() -> None:
    with dripping(b"", b"H", interval=60) as server, pytest.raises(requests.Timeout):
        ask(server.url)


def test_a_slow_answer_within_the_deadline_is_whole() -> None:
    with dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", b"12345", interval=0.01) as server:
        assert ask(server.url, seconds=20) == b"12345"


def test_a_packed_answer_is_unpacked() -> None:
    with dripping(packed_answer(gzip.compress(b'{"a": 1}'))) as server:
        assert ask(server.url, seconds=20) == b'{"a": 1}'


@pytest.mark.parametrize("status", [b"200 OK", b"500 No", b"302 No\r\nLocation: /other"])
def test_a_bomb_costs_no_memory(status: bytes) -> None:
    packed = bomb(400)
    with dripping(packed_answer(packed, status=status)) as server:
        tracemalloc.start()
        with pytest.raises(requests.RequestException):
            ask(server.url, seconds=20)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 16_000_000


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"HTTP/1.1 200 OK\r\n", b""]
)
def test_an_answer_that_never_ends_is_too_large_before_its_deadline(head: bytes) -> None:
    with dripping(head + b"1" * 5_000_000) as server, pytest.raises(requests.RequestException) as refused:
        ask(server.url, seconds=60, largest=1000)
    assert not isinstance(refused.value, requests.Timeout)


@pytest.mark.parametrize(
    "answer",
    [
        packed_answer(b"no gzip"),
        packed_answer(gzip.compress(b"{}"), "br"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"garbage\r\n\r\n",
        b"",
    ],
)
def test_a_broken_answer_is_an_error_of_requests(answer: bytes) -> None:
    with dripping(answer) as server, pytest.raises(requests.RequestException) as broken:
        ask(server.url, seconds=20)
    assert not isinstance(broken.value, requests.ConnectTimeout)


def test_a_status_is_known_without_the_body() -> None:
    with dripping(*DRIPS["body of a failure"]) as server:
        assert BoundedSession().status("GET", server.url, seconds=20) == 503
    with dripping(*DRIPS["headers without end"]) as server, pytest.raises(requests.Timeout):
        BoundedSession().status("GET", server.url, seconds=0.4)


def test_threads_wait_for_their_own_deadlines_alone() -> None:
    took: dict[float, float] = {}

    def wait_for(server_url: str, seconds: float) -> None:
        began = time.monotonic()
        with pytest.raises(requests.Timeout):
            ask(server_url, seconds=seconds)
        took[seconds] = time.monotonic() - began

    with dripping(*DRIPS["chunks"]) as server:
        threads = [threading.Thread(target=wait_for, args=(server.url, n / 10)) for n in range(3, 35)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert all(seconds <= took[seconds] < seconds + 3 for seconds in took)
    assert len(took) == 32


def test_a_forked_process_has_the_deadline_too() -> None:
    with dripping(*DRIPS["chunks"]) as server:
        session = BoundedSession()
        child = os.fork()
        if child == 0:
            try:
                ask(server.url, session=session)
            except requests.Timeout:
                os._exit(7)
            os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
