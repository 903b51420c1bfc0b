"""What the API's routes do before and after an endpoint: the media type, parts that are away, mistakes of ours."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import httpx
import pytest
from fastapi import FastAPI

from proactive.app import Application
from proactive.web.app import create_app
from sandbox.stack import LocalStack
from tests.support.world import Business
from tests.web.conftest import BASE, Client, assert_problem, named, served

JSON = {"Content-Type": "application/json"}


def send(client: Client, content: bytes | Iterator[bytes], **headers: str) -> httpx.Response:
    return client.http.post(BASE, content=content, headers=client.headers | JSON | headers)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""])
def test_another_media_type_is_refused(service: Client, kind: str) -> None:
    assert "application/json" in assert_problem(send(service, b"{}", **{"Content-Type": kind}), 415)["detail"]


def test_json_with_a_charset_is_json(service: Client) -> None:
    assert_problem(send(service, b"{}", **{"Content-Type": "application/json; charset=utf-8"}), 422)


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
