"""Replies that the sandbox never gives: other servers' pages, broken answers, words we must not repeat."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from proactive.gateways.evolution.error_table import fault_of
from proactive.gateways.evolution.gateway import EvolutionGateway
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.gateways.phones import parse_phone

PHONE = parse_phone("11999998888")
TEXT = "Olá, Maria!\nRex faz aniversário hoje"


@contextmanager
def answering(raw: bytes) -> Iterator[str]:
    """A server that reads one request and answers these bytes."""

    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            request = b""
            while b"aniv" not in request:
                request += connection.recv(65536)
            connection.sendall(raw)

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(5)


def http(status: str, body: str, length: int | None = None) -> bytes:
    size = len(body.encode()) if length is None else length
    return f"HTTP/1.1 {status}\r\nContent-Length: {size}\r\n\r\n{body}".encode()


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (http("201 Created", '{"key":{"remoteJid":"55', length=400), GatewayFault.UNKNOWN),
        (http("201 Created", "<html>ok</html>"), GatewayFault.UNKNOWN),
        (http("201 Created", "[]"), GatewayFault.UNKNOWN),
        (http("201 Created", '{"key":{"id":"","remoteJid":"5511@s.whatsapp.net"}}'), GatewayFault.UNKNOWN),
        (http("201 Created", '{"key":{"id":"3EB0"}}'), GatewayFault.UNKNOWN),
        (http("204 No Content", ""), GatewayFault.UNKNOWN),
        (b"HTTP/1.1 201 Cre", GatewayFault.UNKNOWN),
        (b"nonsense\r\n\r\n", GatewayFault.UNKNOWN),
        (http("502 Bad Gateway", "<html>nginx</html>"), GatewayFault.UNAVAILABLE),
        (http("500 Internal Server Error", "", length=100), GatewayFault.UNKNOWN),
        (http("302 Found\r\nLocation: https://elsewhere.invalid/", ""), GatewayFault.UNAVAILABLE),
        (http("304 Not Modified", ""), GatewayFault.UNAVAILABLE),
    ],
)
def test_an_answer_that_is_no_receipt_is_told_apart(raw: bytes, fault: GatewayFault) -> None:
    with answering(raw) as url, pytest.raises(GatewayError) as failed:
        EvolutionGateway(url, "key", 5).send("pet-shop", PHONE, TEXT)
    assert failed.value.fault is fault


def test_a_receipt_without_a_time_is_a_receipt() -> None:
    body = '{"key":{"id":"3EB0","remoteJid":"5511999998888@s.whatsapp.net"},"messageTimestamp":null}'
    with answering(http("200 OK", body)) as url:
        receipt = EvolutionGateway(url, "key", 5).send("pet-shop", PHONE, TEXT)
    assert (receipt.gateway_message_id, receipt.at) == ("3EB0", None)


def refusal(message: Any) -> dict[str, Any]:
    return {"status": 400, "error": "Bad Request", "response": {"message": message}}


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ([['instance requires property "text"']], 'instance requires property "text"'),
        ("no account for 5511999998888 here", "no account for [number] here"),
        ("no account for +55 (11) 99999-8888", "no account for [number]"),
        (["one", ["two", {"number": "5511999998888"}]], "one; two"),
        ("cannot parse: Rex faz aniversário hoje", "no reason that can be shown"),
        ({"unexpected": "shape"}, "Bad Request"),
        (None, "Bad Request"),
        ("x" * 500, "x" * 160),
    ],
)
def test_a_refusal_repeats_the_gateways_words_but_no_number_and_no_text(message: Any, reason: str) -> None:
    error = fault_of(400, refusal(message), TEXT)
    assert error.fault is GatewayFault.REFUSED
    assert error.failure.text == f"the gateway refused (400): {reason}"


@pytest.mark.parametrize(
    ("status", "message", "fault"),
    [
        (401, "Unauthorized", GatewayFault.UNAUTHORIZED),
        (404, ['The "x" instance does not exist'], GatewayFault.NO_INSTANCE),
        (404, ["Cannot POST /message/sendText"], GatewayFault.REFUSED),
        (500, "Connection Closed", GatewayFault.DISCONNECTED),
        (500, "Cannot read properties of undefined (reading 'onWhatsApp')", GatewayFault.DISCONNECTED),
        (400, ["Error: Connection Closed"], GatewayFault.DISCONNECTED),
        (400, [{"jid": "x", "exists": False, "number": "1"}], GatewayFault.NOT_ON_WHATSAPP),
        (500, "rate-overlimit", GatewayFault.THROTTLED),
        (400, [['instance requires property "text"']], GatewayFault.REFUSED),
        (408, None, GatewayFault.UNAVAILABLE),
    ],
)
def test_every_row_of_the_vendors_table_has_its_fault(status: int, message: Any, fault: GatewayFault) -> None:
    body = {"status": status, "error": "?", "response": {"message": message}}
    assert fault_of(status, body).fault is fault


@pytest.mark.parametrize("body", [None, [], "text", 3, {"response": "text"}, {"response": {"message": 1}}])
def test_any_body_of_a_failed_answer_is_understood(body: Any) -> None:
    assert fault_of(500, body).fault is GatewayFault.UNAVAILABLE
