"""Every refusal is a problem document: of FastAPI, of Starlette, of ours, and when something is away."""

from __future__ import annotations

import contextlib
import json
import logging
import socket
from collections.abc import Callable, Iterator

import httpx
import pytest
import redis
from fastapi import FastAPI

from proactive.app import Application
from proactive.web.app import create_app
from sandbox.stack import LocalStack
from tests.support.world import Business
from tests.web.conftest import BASE, Client, assert_problem, named, served

JSON = {"Content-Type": "application/json"}
LIMIT = 64 * 1024


def send(client: Client, content: bytes | Iterator[bytes], **headers: str) -> httpx.Response:
    return client.http.post(BASE, content=content, headers=client.headers | JSON | headers)


def padded(size: int) -> bytes:
    start = b'{"type":"daily_summary","padding":"'
    return start + b"x" * (size - len(start) - 2) + b'"}'


def test_an_unknown_address_and_a_wrong_method_say_so(service: Client) -> None:
    assert "/docs" in assert_problem(service.http.get("/nowhere"), 404)["detail"]
    answer = service.http.delete(BASE, headers=service.headers)
    assert_problem(answer, 405)
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "content",
    [b"{", b"", b"\xff\xfe", b"[" * 60_000, b'{"type": ' + b"9" * 5000 + b"}", b"NaN x", b'{"type": "\xe9"}'],
)
def test_what_is_not_json_says_so(service: Client, content: bytes) -> None:
    status = 422 if content == b"" else 400
    assert_problem(send(service, content), status)


@pytest.mark.parametrize("content", [b"null", b"[]", b"1", b'"x"', b'{"type": "\\ud800"}', b'{"\\ud800": 1}'])
def test_json_that_is_no_request_says_so(service: Client, content: bytes) -> None:
    assert_problem(send(service, content), 422)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""])
def test_another_media_type_is_refused(service: Client, kind: str) -> None:
    assert "application/json" in assert_problem(send(service, b"{}", **{"Content-Type": kind}), 415)["detail"]


def test_json_with_a_charset_is_json(service: Client) -> None:
    assert_problem(send(service, b"{}", **{"Content-Type": "application/json; charset=utf-8"}), 422)


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


def test_unknown_parameters_are_refused_everywhere(service: Client, ours: Business) -> None:
    for path in ("/jobs", "/messages", "/schedule", "/pauses", f"/messages/{ours.owner}", "/jobs/x"):
        assert assert_problem(service.get(path + "?unknown=1"), 422)["errors"][0]["field"] == "query.unknown"
    for path in ("", "/preview", "/pause", "/resume"):
        body = {"type": "daily_summary", **(named(ours) if path in ("", "/preview") else {})}
        assert_problem(service.post(path + "?unknown=1", body), 422)


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=x", "status=SENT", "type=x", "from=2026-02-30", "from=2026-01-01T10:00",
     "to=0001-01-01", "to=9999-12-31", "cursor=x", "cursor=MjAyNiB4", "organizationId=x", "cursor=%00"],
)  # fmt: skip
def test_bad_filters_are_named(service: Client, query: str) -> None:
    (error,) = assert_problem(service.get(f"/messages?{query}"), 422)["errors"]
    # NUL is refused wherever it is
    assert error["field"] == ("query" if "%00" in query else f"query.{query.partition('=')[0]}")


@pytest.fixture
def limited(configure: Callable[..., Application], stack: LocalStack, queue: redis.Redis) -> Iterator[str]:
    with served(create_app(configure(API_RATE_LIMIT="5"))) as url:
        yield url


def test_a_key_that_asks_too_often_is_told_when_to_come_back(
    limited: str, stack: LocalStack, as_user: Callable[..., Client], ours: Business
) -> None:
    key = {"Authorization": f"Bearer {stack.service_key}"}
    with httpx.Client(base_url=limited, trust_env=False) as http:
        for _ in range(5):
            assert http.get(f"{BASE}/pauses", headers=key).status_code == 200
        answer = http.get(f"{BASE}/pauses", headers=key)
        assert_problem(answer, 429)
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        # another caller has its own
        assert http.get(f"{BASE}/pauses", headers=as_user(ours).headers).status_code == 200


def test_what_is_away_is_said_and_nothing_is_done(
    configure: Callable[..., Application], stack: LocalStack, service: Client, ours: Business
) -> None:
    away = "http://127.0.0.1:9"
    for variables in ({"REDIS_URL": "redis://127.0.0.1:9/0"}, {"SUPABASE_URL": away}):
        with served(create_app(configure(**variables))) as url:
            answer = httpx.post(
                url + BASE, json={"type": "daily_summary", **named(ours)}, headers=service.headers, trust_env=False
            )
            assert_problem(answer, 503)
            assert answer.headers["retry-after"]


def test_our_own_mistakes_are_told_without_what_was_sent(
    configure: Callable[..., Application], service: Client, ours: Business, caplog: pytest.LogCaptureFixture
) -> None:
    application = configure(API_RATE_LIMIT="1000")
    app: FastAPI = create_app(application)
    app.state.services = None
    with caplog.at_level(logging.INFO), served(app) as url:
        answer = httpx.get(f"{url}{BASE}/pauses", headers=service.headers, trust_env=False)
    assert_problem(answer, 500)
    assert "AttributeError" not in answer.text
    assert service.headers["Authorization"].removeprefix("Bearer ") not in caplog.text
    assert "AttributeError at" in caplog.text


def test_every_answer_is_documented(app: FastAPI) -> None:
    document = app.openapi()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            answers = set(operation["responses"])
            assert {"401", "422", "413", "500", "503"} <= answers, (method, path)
            if path.startswith(BASE):
                assert {"403", "429"} <= answers
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert list(answer["content"]) == ["application/problem+json"]
    assert "HTTPValidationError" not in json.dumps(document)
