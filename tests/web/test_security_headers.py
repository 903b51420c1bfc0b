"""Every answer of `web` may not be sniffed, kept or framed, and WebSockets are refused everywhere."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Message, Scope

from sandbox.stack import LocalStack
from tests.web.conftest import BASE, assert_problem

PATHS = (
    "/healthz", "/readyz", "/metrics", "/openapi.json", f"{BASE}/jobs", f"{BASE}/nowhere", "/nowhere", "/docs",
    "/webhooks/whatsapp/evolution", "/painel", "/entrar", "/rq/", "/rq/0/data/queues.json", "/estatico/aurora.css",
    "/docs-files/swagger-ui.css", "/estatico/nowhere", "/",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "TRACE"])
def test_every_answer_says_how_it_may_be_used(http: httpx.Client, path: str, method: str) -> None:
    headers = http.request(method, path).headers
    assert headers.get_list("x-content-type-options") == ["nosniff"]
    assert len(headers.get_list("cache-control")) == 1
    kept = path in ("/estatico/aurora.css", "/estatico/nowhere", "/docs-files/swagger-ui.css")
    assert kept or headers["cache-control"] == "no-store"
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] in ("no-referrer", "same-origin")


def test_what_was_asked_for_with_a_key_is_not_kept(http: httpx.Client, stack: LocalStack) -> None:
    key = {"Authorization": f"Bearer {stack.service_key}"}
    for path in ("/jobs", "/messages", "/schedule", "/pauses", "/messages/x", "/jobs?limit=x"):
        headers = http.get(BASE + path, headers=key).headers
        assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")


@pytest.mark.parametrize("path", PATHS)
def test_a_websocket_is_refused(address: str, path: str) -> None:
    url = httpx.URL(address)
    key = base64.b64encode(os.urandom(16)).decode()
    asked = (
        f"GET {path} HTTP/1.1\r\nHost: {url.netloc.decode()}\r\nConnection: keep-alive, Upgrade\r\n"
        f"Upgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    )
    with socket.create_connection((url.host, url.port or 80), timeout=10) as client:
        client.sendall(asked.encode())
        assert 400 <= int(client.makefile("rb").readline().split()[1]) < 500


def closed(app: FastAPI, path: str) -> list[Message]:
    """What the application sends to a WebSocket that another server hands to it."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "websocket", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": [],
        "subprotocols": [], "scheme": "ws", "root_path": "", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
    }  # fmt: skip
    with ThreadPoolExecutor(1) as pool:  # a browser's tests leave a loop in this thread
        pool.submit(asyncio.run, app(scope, receive, send)).result()
    return sent


@pytest.mark.parametrize("path", [*PATHS, "/rq"])
def test_a_websocket_of_another_server_is_refused(app: FastAPI, path: str) -> None:
    assert closed(app, path) == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize("upgrade", ["h2c", "TLS/1.0", "irc"])
def test_another_upgrade_is_not_needed_for_an_answer(http: httpx.Client, upgrade: str) -> None:
    headers = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": upgrade, "HTTP2-Settings": "AAMAAABk"}
    assert http.get("/healthz", headers=headers).status_code == 200


def test_a_websocket_is_refused_with_a_problem(http: httpx.Client) -> None:
    answer = http.get("/healthz", headers={"Connection": "Upgrade", "Upgrade": "websocket"})
    assert "WebSockets" in assert_problem(answer, 400)["detail"]
