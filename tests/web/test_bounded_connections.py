"""A client that never ends its request, or never reads its answer, loses its connection and keeps out nobody."""

from __future__ import annotations

import asyncio
import logging
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from proactive.web import bounded_connections
from proactive.web.bounded_connections import BoundedConnection, LogBrake
from proactive.web.security_headers import SecurityHeaders
from sandbox.processes import ROOT
from sandbox.stack import LocalStack
from tests.web.conftest import served

HEAD = b" HTTP/1.1\r\nHost: x\r\n"
#: What clients send that never end their part.
UNENDED = {
    "nothing": b"", "half a method": b"GE", "half a target": b"GET /hea", "half a line": b"GET /ok HTTP/1.1\r",
    "half a header": b"GET /ok" + HEAD + b"X-Slow: ", "no empty line": b"GET /ok" + HEAD,
    "no body": b"POST /body" + HEAD + b"Content-Length: 100\r\n\r\n",
    "half a body": b"POST /body" + HEAD + b"Content-Length: 100\r\n\r\nabc",
    "half a chunk": b"POST /body" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
    "no last chunk": b"POST /body" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
    "after an answer": b"GET /ok" + HEAD + b"\r\nGET /ok HT", "a body that nobody reads": b"POST /ok" + HEAD
    + b"Content-Length: 100\r\n\r\nabc", "waits to continue": b"POST /body" + HEAD
    + b"Expect: 100-continue\r\nContent-Length: 9\r\n\r\n",
}  # fmt: skip


async def ok(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


async def body(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


async def large(_: Request) -> StreamingResponse:
    async def parts() -> Iterator[bytes]:  # type: ignore[misc]
        for _ in range(400):
            yield b"x" * 65536

    return StreamingResponse(parts())


async def slow(_: Request) -> PlainTextResponse:
    await asyncio.sleep(1.5)
    return PlainTextResponse("at last")


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.URL]:
    """A server with short times, and room for eight."""
    monkeypatch.setattr(bounded_connections, "REQUEST_SECONDS", 0.6)
    monkeypatch.setattr(bounded_connections, "ANSWER_SECONDS", 1.2)
    monkeypatch.setattr(BoundedConnection, "limit", 8)
    routes = [Route("/ok", ok, methods=["GET", "POST"]), Route("/body", body, methods=["POST"])]
    routes += [Route("/large", large), Route("/slow", slow)]
    app = Starlette(routes=routes)
    app.add_middleware(SecurityHeaders, docs="/docs", docs_files="/docs-files")
    with served(app) as url:
        yield httpx.URL(url)


@contextmanager
def connected(url: httpx.URL, sends: bytes) -> Iterator[socket.socket]:
    with socket.create_connection((url.host, url.port or 80), timeout=10) as client:
        client.sendall(sends)
        yield client


def closed_after(client: socket.socket) -> float:
    """The seconds until the other side has closed, whatever it sends before."""
    started = time.monotonic()
    try:
        while client.recv(65536):
            pass
    except ConnectionResetError:
        pass
    return time.monotonic() - started


def alive(url: httpx.URL) -> bool:
    return httpx.get(url.copy_with(path="/ok"), trust_env=False, timeout=10).text == "ok"


@pytest.mark.parametrize("what", UNENDED)
def test_a_request_that_never_ends_loses_its_connection_and_logs_nothing(
    address: httpx.URL, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), connected(address, UNENDED[what]) as client:
        assert closed_after(client) < 6
        assert alive(address)
    assert caplog.records == []


@pytest.mark.parametrize(
    "begin", [b"GET /ok" + HEAD + b"X-Slow: ", b"POST /body" + HEAD + b"Content-Length: 9999\r\n\r\n"]
)
def test_a_byte_now_and_then_wins_no_time(address: httpx.URL, begin: bytes) -> None:
    with connected(address, begin) as client:
        started = time.monotonic()
        client.settimeout(0.1)
        while time.monotonic() - started < 8:
            try:
                client.sendall(b"a")
                if client.recv(1) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        assert 0.4 < time.monotonic() - started < 4


@pytest.mark.parametrize("more", [b"", b"G", b"GET /ok" + HEAD + b"\r\n", b"\x00\x00"])
def test_a_reader_that_stops_in_the_middle_of_an_answer_loses_its_connection(address: httpx.URL, more: bytes) -> None:
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(10)
        client.connect((address.host, address.port))
        client.sendall(b"GET /large" + HEAD + b"\r\n")
        assert client.recv(10)
        time.sleep(0.3)  # until nothing more can be written to it
        client.sendall(more)
        time.sleep(2.5)  # longer than the whole answer may take
        received = 0
        with pytest.raises(ConnectionResetError):
            while part := client.recv(65536):
                received += len(part)
            raise ConnectionResetError
        assert received < 20_000_000
    assert alive(address)


def test_a_reader_of_an_answer_in_time_gets_all_of_it(address: httpx.URL) -> None:
    assert len(httpx.get(address.copy_with(path="/large"), trust_env=False, timeout=10).content) == 400 * 65536


def test_our_own_work_has_no_time_of_the_client(address: httpx.URL) -> None:
    assert httpx.get(address.copy_with(path="/slow"), trust_env=False, timeout=10).text == "at last"


def test_several_requests_in_one_connection_are_answered(address: httpx.URL) -> None:
    with httpx.Client(base_url=address, trust_env=False) as client:
        for number in range(8):
            assert client.post("/body", content=b"x" * number).text == str(number)
            time.sleep(0.1)
    with connected(
        address, (b"GET /ok" + HEAD + b"\r\n") * 5 + b"GET /ok" + HEAD + b"Connection: close\r\n\r\n"
    ) as client:
        assert client.makefile("rb").read().count(b"200 OK") == 6


def test_where_there_is_no_room_the_one_that_waits_longest_makes_it(address: httpx.URL) -> None:
    with ExitStack() as held:
        clients = [held.enter_context(connected(address, b"GET /hea")) for _ in range(60)]
        assert all(alive(address) for _ in range(5))
        assert all(closed_after(client) < 3 for client in clients)


def test_an_answer_that_is_being_made_is_not_given_up_for_others(address: httpx.URL) -> None:
    with connected(address, b"GET /slow" + HEAD + b"Connection: close\r\n\r\n") as waiting, ExitStack() as held:
        assert alive(address)  # so the request before it was taken
        for _ in range(40):
            held.enter_context(connected(address, b"GET"))
        assert waiting.makefile("rb").read().endswith(b"at last")


@pytest.mark.parametrize(
    "sends",
    [b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
     b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n",
     b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"9" * 500 + b"\r\n\r\n",
     b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
     b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
     b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
     b"GET / HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n"],
)  # fmt: skip
def test_what_is_no_http_is_a_problem_of_its_client(address: httpx.URL, sends: bytes) -> None:
    with connected(address, b"") as client:
        try:
            client.sendall(sends)
            answer = client.makefile("rb").read()
        except ConnectionError:
            return
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in answer


def test_garbage_behind_an_answer_that_has_begun_closes_without_a_traceback(
    address: httpx.URL, caplog: pytest.LogCaptureFixture
) -> None:
    chunked = b"POST /slow" + HEAD + b"Transfer-Encoding: chunked\r\n\r\nnonsense\r\n\r\n"
    with caplog.at_level(logging.ERROR):
        for sends in (chunked, b"GET /large" + HEAD + b"\r\n\x00\x00\x00\r\n\r\n"):
            with connected(address, sends) as client:
                closed_after(client)
        assert alive(address)
    assert caplog.records == []


def test_what_clients_cause_is_logged_once_a_minute() -> None:
    brake = LogBrake()
    logger = logging.getLogger("asyncio")

    def passes(message: str) -> bool:
        return bool(brake.filter(logger.makeRecord("asyncio", logging.ERROR, "f", 1, message, (), None)))

    flood = "socket.accept() out of system resource\nsocket: <socket fd=6>"
    assert [passes(flood) for _ in range(3)] == [True, False, False]
    assert [passes("Invalid HTTP request received.") for _ in range(3)] == [True, False, False]
    assert [passes("Task exception was never retrieved") for _ in range(3)] == [True, True, True]


@pytest.mark.parametrize("files", [64, pytest.param(1024, marks=pytest.mark.long)])
def test_more_half_requests_than_files_leave_web_answering_and_its_log_small(
    stack: LocalStack, tmp_path: Path, files: int
) -> None:
    """The process as its Procfile starts it, with few files; also with so few that accepting fails."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    uvicorn = [sys.executable, "-m", "uvicorn", "--factory", "proactive.web.app:app", "--port", str(port)]
    log = tmp_path / "web.log"
    url = httpx.URL(f"http://127.0.0.1:{port}/healthz")

    def few_files() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))

    with log.open("wb") as out:
        process = subprocess.Popen(
            [*uvicorn, "--no-access-log"], env=stack.environment() | {"PATH": ""}, stdout=out, stderr=out, cwd=ROOT,
            preexec_fn=few_files,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                assert httpx.get(url, trust_env=False).status_code == 200
                break
            except httpx.ConnectError:
                time.sleep(0.2)
        with ExitStack() as held:
            for number in range(1200 if files > 1000 else 300):
                sends = list(UNENDED.values())[number % len(UNENDED)]
                client = held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
                client.sendall(sends)
            for _ in range(5):
                assert httpx.get(url, trust_env=False, timeout=10).status_code == 200
    finally:
        process.terminate()
        process.wait(30)
    assert log.stat().st_size < 50_000
    assert "Traceback" not in log.read_text()
