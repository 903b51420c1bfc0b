"""HTTP to Evolution API: what is asked, what is answered, and what a broken exchange leaves open."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, cast

import pytest

from proactive.deadline.session import BoundedSession
from proactive.gateways.evolution.http import EvolutionHttp
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.model.failure_reasons import FailureReason
from tests.deadline.conftest import DRIPS, bomb, packed_answer
from tests.support.dripping import certificate, dripping


class Server(HTTPServer):
    """Answers every request the same, or breaks the connection where it has no answer."""

    answer: tuple[int, bytes, dict[str, str]] | None = (200, b"{}", {})

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[str, str, str | None, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gives up is what these tests are about."""


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server = cast("Server", self.server)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        server.seen.append((self.command, self.path, self.headers["apikey"], json.loads(body) if body else None))
        if server.answer is None:
            self.close_connection = True
            return
        status, content, headers = server.answer
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(content))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST  # noqa: N815  the standard library's name

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def http(url: str, key: str = "secret-key", timeout: float = 5) -> EvolutionHttp:
    return EvolutionHttp(url, key, timeout, BoundedSession(), lambda: 0.0)


def fault(url: str, key: str = "secret-key", timeout: float = 5) -> GatewayError:
    with pytest.raises(GatewayError) as failed:
        http(url, key, timeout).ask("POST", "/message/sendText", "pet-shop", {"text": "Olá"}, "Olá")
    assert "127.0.0.1" not in failed.value.failure.text
    assert "secret-key" not in failed.value.failure.text
    assert failed.value.__suppress_context__ or failed.value.__context__ is None
    return failed.value


def test_an_instance_is_part_of_the_address_whatever_its_name_holds(server: Server) -> None:
    server.answer = (201, b'{"key": 1}', {})
    answer = http(f"{server.url}/").ask("POST", "/message/sendText", "loja/á b", {"text": "Olá"})
    assert answer == {"key": 1}
    assert server.seen == [("POST", "/message/sendText/loja%2F%C3%A1%20b", "secret-key", {"text": "Olá"})]


def test_an_answer_that_is_no_json_is_none(server: Server) -> None:
    server.answer = (200, b"<html>", {})
    assert http(server.url).ask("GET", "/instance/connectionState", "pet-shop") is None


@pytest.mark.parametrize(("status", "expected"), [(401, GatewayFault.UNAUTHORIZED), (503, GatewayFault.UNKNOWN)])
def test_what_is_not_2xx_is_a_fault_of_the_table(server: Server, status: int, expected: GatewayFault) -> None:
    server.answer = (status, b"{}", {})
    assert fault(server.url).fault is expected


def test_a_redirect_is_not_followed(server: Server) -> None:
    server.answer = (302, b"", {"Location": f"{server.url}/elsewhere"})
    fault(server.url)
    assert len(server.seen) == 1


def test_nothing_is_repeated_where_the_connection_breaks(server: Server) -> None:
    server.answer = None
    error = fault(server.url)
    assert (error.fault, error.may_have_accepted) == (GatewayFault.UNKNOWN, True)
    assert error.failure.text == "the connection broke before the gateway answered"
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://127.0.0.1:1", "secret-key"),
        ("127.0.0.1:1", "secret-key"),
        ("ftp://127.0.0.1:1", "secret-key"),
        ("http://", "secret-key"),
        ("http://127.0.0.1:1", "secret-key\n"),
    ],
)
def test_a_request_that_never_left_may_be_made_again(url: str, key: str) -> None:
    error = fault(url, key)
    assert (error.fault, error.may_have_accepted) == (GatewayFault.UNREACHABLE, False)


def test_a_server_that_speaks_no_tls_saw_nothing(server: Server) -> None:
    error = fault(server.url.replace("http://", "https://"), timeout=2)
    assert (error.fault, error.may_have_accepted) == (GatewayFault.UNREACHABLE, False)
    assert server.seen == []


def test_a_certificate_that_is_not_trusted_means_that_nothing_left(tmp_path: Path) -> None:
    tls, _ = certificate(tmp_path)
    with dripping(b"HTTP/1.1 200 OK\r\n\r\n", tls=tls) as untrusted:
        error = fault(untrusted.url)
    assert (error.fault, error.failure.reason) == (GatewayFault.UNREACHABLE, FailureReason.GATEWAY_TLS)


@pytest.mark.parametrize(
    "proxy", ["http://127.0.0.1:1", "socks5://127.0.0.1:1", "socks5h://nowhere.invalid:1", "nonsense://127.0.0.1:1"]
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_wrong_means_that_nothing_left(
    proxy: str, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, proxy)
    error = fault(f"{scheme}://gateway.invalid")
    assert (error.fault, error.may_have_accepted) == (GatewayFault.UNREACHABLE, False)


@pytest.mark.parametrize("refusal", [b"407 Proxy Authentication Required", b"502 Bad Gateway", b"403 Forbidden"])
def test_a_proxy_that_refuses_to_connect_means_that_nothing_left(
    refusal: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with dripping(b"HTTP/1.1 " + refusal + b"\r\nContent-Length: 0\r\n\r\n") as proxy:
        for name in ("HTTPS_PROXY", "https_proxy"):
            monkeypatch.setenv(name, proxy.url)
        error = fault("https://gateway.invalid")
    assert (error.fault, error.may_have_accepted) == (GatewayFault.UNREACHABLE, False)


@pytest.mark.parametrize(
    "part", ["status line", "headers without end", "body of a known length", "chunks", "trailers", "packed body"]
)
def test_an_answer_that_drips_leaves_the_outcome_unknown_at_the_deadline(part: str) -> None:
    with dripping(*DRIPS[part]) as server:
        error = fault(server.url, timeout=0.4)
    assert error.fault is GatewayFault.UNKNOWN


@pytest.mark.parametrize("body", [packed_answer(bomb(50)), packed_answer(b"no gzip"), packed_answer(b"{}", "br")])
def test_an_answer_that_cannot_be_unpacked_leaves_the_outcome_unknown(body: bytes) -> None:
    with dripping(body) as server:
        error = fault(server.url)
    assert (error.fault, error.failure.reason) == (GatewayFault.UNKNOWN, FailureReason.GATEWAY_ANSWER_UNUSABLE)


@pytest.mark.parametrize("answer", [b"", b"HTTP", b"HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\n{"])
def test_an_answer_that_breaks_off_leaves_the_outcome_unknown(answer: bytes) -> None:
    with dripping(answer) as server:
        assert fault(server.url).fault is GatewayFault.UNKNOWN


@pytest.mark.parametrize("answer", [b"HTTP/1.1 201 Created\r\n", b"HTTP/1.1 201 Created\r\n\r\n"])
def test_an_answer_without_a_body_says_nothing(answer: bytes) -> None:
    with dripping(answer) as server:
        assert http(server.url).ask("POST", "/message/sendText", "pet-shop", {"text": "Olá"}) is None


def test_each_thread_has_a_session_of_its_own_and_keeps_it() -> None:
    wire = EvolutionHttp("http://127.0.0.1:1", "key", 1.0, None, lambda: 0.0)
    both_ask = threading.Barrier(2)

    def sessions() -> tuple[BoundedSession, BoundedSession]:
        both_ask.wait(10)
        return wire._line.session, wire._line.session

    with ThreadPoolExecutor(2) as pool:
        (first, again), (second, _) = pool.map(lambda _: sessions(), range(2))
    assert first is again
    assert len({id(session) for session in (first, second, wire._line.session)}) == 3
