"""Refusals of FastAPI and Starlette are problem documents as well."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.web.conftest import BASE, Client, assert_problem

JSON = {"Content-Type": "application/json"}


def send(client: Client, content: bytes | Iterator[bytes], **headers: str) -> httpx.Response:
    return client.http.post(BASE, content=content, headers=client.headers | JSON | headers)


def test_an_unknown_address_and_a_wrong_method_say_so(service: Client) -> None:
    assert "/docs" in assert_problem(service.http.get("/nowhere"), 404)["detail"]
    answer = service.http.delete(BASE, headers=service.headers)
    assert_problem(answer, 405)
    assert answer.headers["allow"] == "POST"
    answer = service.http.get(f"{BASE}/messages/requeue", headers=service.headers)  # no message's id
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
