"""Replies that the sandbox never gives: other servers' pages, broken answers, words we must not repeat."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from proactive.gateways.evolution.error_table import fault_of
from proactive.gateways.evolution.gateway import EvolutionGateway
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.gateways.phones import parse_phone
from proactive.model.failure_reasons import FailureReason

FIXTURES = Path(__file__).parents[2] / "fixtures" / "evolution"
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
        (http("502 Bad Gateway", "<html>nginx</html>"), GatewayFault.UNKNOWN),
        (http("500 Internal Server Error", "", length=100), GatewayFault.UNKNOWN),
        (http("302 Found\r\nLocation: https://elsewhere.invalid/", ""), GatewayFault.UNREACHABLE),
        (http("304 Not Modified", ""), GatewayFault.UNREACHABLE),
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


@pytest.mark.parametrize("body", [None, [], "text", 3, {}, {"response": "text"}, {"message": "x"}, {"error": "x"}])
@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 520, 524, 599, 600])
def test_a_failure_that_is_not_told_as_evolution_tells_it_leaves_the_outcome_unknown(body: Any, status: int) -> None:
    error = fault_of(status, body)
    assert (error.fault, error.may_have_accepted) == (GatewayFault.UNKNOWN, True)


@pytest.mark.parametrize("message", [None, 1, [], {}, "Timed Out", "Internal Server Error", ["anything"]])
@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_failure_in_evolutions_own_words_may_have_been_an_acceptance(message: Any, status: int) -> None:
    error = fault_of(status, {"status": status, "error": "?", "response": {"message": message}})
    assert (error.fault, error.may_have_accepted) == (GatewayFault.UNAVAILABLE, True)


#: What each captured body means: the status it came with, the fault, and whether something may have been sent.
CAPTURED = {
    "error-400-connection-closed": (400, GatewayFault.DISCONNECTED, False),
    "error-400-database-after-sending": (400, GatewayFault.UNKNOWN, True),
    "error-400-empty-text": (400, GatewayFault.REFUSED, False),
    "error-400-never-connected-number-cached": (400, GatewayFault.DISCONNECTED, False),
    "error-400-no-text": (400, GatewayFault.REFUSED, False),
    "error-400-not-on-whatsapp": (400, GatewayFault.NOT_ON_WHATSAPP, False),
    "error-400-rate-overlimit": (400, GatewayFault.THROTTLED, False),
    "error-400-text-null": (400, GatewayFault.REFUSED, False),
    "error-400-timed-out": (400, GatewayFault.UNKNOWN, True),
    "error-401-bad-key": (401, GatewayFault.UNAUTHORIZED, False),
    "error-404-unknown-instance": (404, GatewayFault.NO_INSTANCE, False),
    "error-500-connection-closed": (500, GatewayFault.DISCONNECTED, False),
    "error-500-database-away": (500, GatewayFault.UNAVAILABLE, False),
    "error-500-never-connected": (500, GatewayFault.DISCONNECTED, False),
    "error-500-rate-overlimit": (500, GatewayFault.THROTTLED, False),
    "error-500-starting-up": (500, GatewayFault.UNAVAILABLE, False),
    "error-500-timed-out": (500, GatewayFault.UNAVAILABLE, True),
    "error-503-license-required": (503, GatewayFault.UNAUTHORIZED, False),
}


def test_every_captured_failure_is_in_this_test() -> None:
    assert set(CAPTURED) == {path.stem for path in FIXTURES.glob("error-*.json")}


@pytest.mark.parametrize("name", CAPTURED)
def test_a_captured_failure_means_what_was_seen(name: str) -> None:
    status, fault, may_have_accepted = CAPTURED[name]
    error = fault_of(status, json.loads((FIXTURES / f"{name}.json").read_text("utf-8")))
    assert (error.fault, error.may_have_accepted) == (fault, may_have_accepted)
    assert not re.search(r"\d{6}|[/\\]|Message_|evo237|://", error.failure.text)


@pytest.mark.parametrize(
    "words",
    [
        "Error: Timed Out",
        "Error",
        "Error: ",
        "Error: Connection Terminated",
        "Error: Connection was lost",
        "Error: Connection Closed by the database",
        "PrismaClientKnownRequestError: Connection Closed",
        "PrismaClientUnknownRequestError: \nInvalid `prisma.message.create()` invocation",
        "PrismaClientInitializationError: Can't reach database server at `postgres:5432`",
        "TypeError: Cannot read properties of undefined (reading 'id')",
        "TypeError [ERR_INVALID_ARG_TYPE]: The argument",
        "RangeError: Maximum call stack size exceeded",
        "AxiosError: Request failed with status code 500",
        "AbortError: The operation was aborted",
        "DOMException [AbortError]: This operation was aborted",
        "Uncaught Error: x",
        "Boom: stream errored out",
        "error: deadlock detected",
        "UnhandledPromiseRejection: reason",
        "com.example.SomeException: x",
        " Error: with a space",
    ],
)
@pytest.mark.parametrize("nested", [lambda words: words, lambda words: [words], lambda words: [["a list"], [words]]])
def test_a_400_that_begins_with_a_class_of_error_leaves_the_outcome_unknown(words: str, nested: Any) -> None:
    error = fault_of(400, refusal(nested(words)))
    assert (error.fault, error.may_have_accepted) == (GatewayFault.UNKNOWN, True)


@pytest.mark.parametrize(
    "words",
    [
        "Text is required",
        "Number is required",
        "no Error here",
        "An error occurred",
        'instance requires property "number"',
        "The group does not exist",
        "erro: número inválido",
    ],
)
def test_a_400_in_other_words_is_refused(words: str) -> None:
    assert fault_of(400, refusal([words])).fault is GatewayFault.REFUSED


@pytest.mark.parametrize("status", [400, 404, 422, 500, 503])
@pytest.mark.parametrize(
    "words",
    [
        "TypeError: Cannot read properties of undefined (reading 'sendMessage')",
        "Cannot read properties of undefined (reading 'onWhatsApp')",
        "TypeError: Cannot read property 'sendMessage' of undefined",
        "Connection Closed",
        "Error: Connection Closed",
    ],
)
def test_an_instance_that_is_not_connected_is_disconnected_whatever_the_status(status: int, words: str) -> None:
    for message in (words, [words]):
        body = {"status": status, "error": "?", "response": {"message": message}}
        assert fault_of(status, body).fault is GatewayFault.DISCONNECTED


@pytest.mark.parametrize("code", ["LICENSE_REQUIRED", "LICENSE_EXPIRED", "LICENCE_INVALID"])
@pytest.mark.parametrize("status", [402, 403, 503])
def test_a_gateway_without_a_licence_is_our_configuration(code: str, status: int) -> None:
    error = fault_of(status, {"error": "service not activated", "code": code, "message": "http://1.2.3.4/manager"})
    assert (error.fault, error.failure.reason) == (GatewayFault.UNAUTHORIZED, FailureReason.GATEWAY_NOT_LICENSED)
    assert not error.permanent


@pytest.mark.parametrize(
    ("status", "body"),
    [(404, None), (404, {"message": "no Route matched"}), (405, None), (407, None), (301, None), (308, {})],
)
def test_something_else_at_the_address_is_no_refusal(status: int, body: Any) -> None:
    error = fault_of(status, body)
    assert (error.fault, error.may_have_accepted) == (GatewayFault.UNREACHABLE, False)


@pytest.mark.parametrize("words", ["cut in the middle \ud83d", "a byte \0 of nothing", "\u202eback", "\udc00\ud800"])
def test_words_that_cannot_be_stored_never_reach_a_record(words: str) -> None:
    failure = fault_of(400, refusal([words])).failure
    assert failure.text.isprintable()
    json.dumps(failure.as_json()).encode("utf-8")
    failure.text.encode("utf-8")
