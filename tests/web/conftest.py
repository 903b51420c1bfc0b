"""The API over the real stack, served by uvicorn in a thread, and two businesses that must not meet."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock
from uuid import uuid4

import httpx
import pytest
import redis
import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette

from proactive.app import Application, build
from proactive.settings import Settings
from proactive.web.app import create_app
from proactive.web.bounded_connections import BoundedConnection
from sandbox.stack import LocalStack
from tests.support.world import Business, World

BASE = "/api/aurora/proactive"


@pytest.fixture(scope="module")
def world(stack: LocalStack) -> World:
    return World(stack)


@pytest.fixture(scope="module")
def configure(stack: LocalStack) -> Callable[..., Application]:
    """Builds an application from the stack's environment and whatever a test sets beside it."""

    def configured(**variables: str) -> Application:
        with mock.patch.dict(os.environ, stack.environment() | variables):
            return build(Settings(_env_file=None))

    return configured


@pytest.fixture(scope="module")
def application(configure: Callable[..., Application]) -> Application:
    return configure(API_RATE_LIMIT="100000")


@pytest.fixture(scope="module")
def app(application: Application) -> FastAPI:
    return create_app(application)


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    """The address at which uvicorn serves an application, as in the process `web`."""
    config = uvicorn.Config(app, port=0, log_config=None, access_log=False, http=BoundedConnection)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    with served(app) as url:
        yield url


@dataclass(frozen=True)
class Client:
    """Calls the API as somebody: `headers` are the credential."""

    http: httpx.Client
    headers: dict[str, str]

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.http.get(BASE + path, headers=self.headers, **options)

    def post(self, path: str, body: Any = None) -> httpx.Response:
        return self.http.post(BASE + path, headers=self.headers, json=body)

    def send(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """Any other method; without a body none is sent."""
        if body is not None:
            options["json"] = body
        return self.http.request(method, BASE + path, headers={**self.headers, **options.pop("headers", {})}, **options)


@pytest.fixture(scope="module")
def http(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, trust_env=False, timeout=20) as client:
        yield client


@pytest.fixture
def queue(stack: LocalStack) -> Iterator[redis.Redis]:
    """An empty Redis: no job, nothing asked for, nothing counted."""
    with redis.Redis.from_url(stack.redis_url) as client:
        client.flushdb()
        yield client


@pytest.fixture(scope="module")
def ours(world: World) -> Business:
    return world.business()


@pytest.fixture(scope="module")
def theirs(world: World) -> Business:
    return world.business()


@pytest.fixture(scope="module")
def service(http: httpx.Client, stack: LocalStack) -> Client:
    return Client(http, {"Authorization": f"Bearer {stack.service_key}"})


@pytest.fixture(scope="module")
def as_user(http: httpx.Client, stack: LocalStack) -> Callable[..., Client]:
    """A signed-in user of a business; `owner` says whether the session names its owner."""

    def signed_in(business: Business, *, owner: bool = True) -> Client:
        metadata = {"organization_id": str(business.organization)}
        metadata |= {"owner_number_id": str(business.owner)} if owner else {}
        token = stack.user_token(sub=str(uuid4()), app_metadata=metadata)
        return Client(http, {"Authorization": f"Bearer {token}"})

    return signed_in


def named(business: Business) -> dict[str, str]:
    """What a service key has to name."""
    return {"organizationId": str(business.organization), "ownerNumberId": str(business.owner)}


def assert_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """It is a problem document (RFC 9457) of that status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["status"] == status
    assert document["title"] and document["type"] and document["detail"].endswith((".", ")"))
    assert document["instance"] == answer.request.url.raw_path.decode().partition("?")[0]
    return document
