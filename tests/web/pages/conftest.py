"""The pages over the real stack, with a month of messages of several businesses, and a browser to look at them."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from unittest import mock

import httpx
import pytest
import redis
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext
from rq.worker import SimpleWorker

from proactive.app import Application, build
from proactive.monitoring.alert_state import AlertState
from proactive.monitoring.connections import build_connections
from proactive.monitoring.health import build_health
from proactive.monitoring.queue_snapshot import beat
from proactive.settings import Settings
from proactive.web.app import create_app
from proactive.web.auth.callers import Caller
from proactive.web.auth.sessions import COOKIE, LONGEST
from sandbox.stack import LocalStack
from tests.support.browsing import Looker
from tests.support.shops import Shop, make_shop
from tests.web.conftest import served

#: Seconds that a part may take to say how it is.
_PATIENT = 15.0


@pytest.fixture(scope="module")
def application(stack: LocalStack) -> Application:
    with mock.patch.dict(os.environ, stack.environment()):
        return build(Settings(_env_file=None))


@pytest.fixture(scope="module")
def app(application: Application) -> FastAPI:
    app = create_app(application)
    # what these pages say is no matter of how busy this machine is
    connections = build_connections(application.settings, _PATIENT)
    health = build_health(application.settings, connections, _PATIENT)
    app.state.monitoring = replace(app.state.monitoring, health=health)
    return app


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    with served(app) as url:
        yield url


@pytest.fixture(scope="module")
def ours(stack: LocalStack) -> Shop:
    return make_shop(stack, "Patas & Cia")


@pytest.fixture(scope="module")
def theirs(stack: LocalStack) -> Shop:
    return make_shop(stack, "Bicho Mimado", "Rui")


@pytest.fixture
def queue(application: Application, stack: LocalStack) -> Iterator[redis.Redis]:
    """Redis with nothing in it but the schedule, its beat, its look at the alerts, and three idle workers."""
    application.redis.flushdb()
    application.schedule.register(["America/Sao_Paulo"], dt.datetime.now(dt.UTC))
    beat(application.redis, application.schedule.now())
    AlertState(application.redis, []).evaluated(["queue", "records"])
    for number in range(3):
        SimpleWorker([application.queue], name=f"worker-{number}", connection=application.redis).register_birth()
    yield application.redis


Visit = Callable[[Shop | None], str]


@pytest.fixture
def sign_in(app: FastAPI, queue: redis.Redis) -> Visit:
    """Opens a session, of a business's user or (None) of a service, past the form; answers the cookie's value."""

    def opened(shop: Shop | None) -> str:
        service = Caller("service", "key:test")
        caller = Caller("user", "user:test", shop.organization, shop.owner) if shop else service
        cookie: str = app.state.services.sessions.open(caller, LONGEST)
        return cookie

    return opened


@pytest.fixture
def visitor(address: str, sign_in: Visit) -> Iterator[Callable[..., httpx.Client]]:
    """A client that is signed in as a business's user, as a service (None), or not at all (`anonymous`)."""
    clients: list[httpx.Client] = []

    def client(shop: Shop | None = None, *, anonymous: bool = False) -> httpx.Client:
        cookies = {} if anonymous else {COOKIE: sign_in(shop)}
        clients.append(httpx.Client(base_url=address, cookies=cookies, trust_env=False, timeout=20))
        return clients[-1]

    yield client
    for one in clients:
        one.close()


@pytest.fixture
def look(browser: Browser, address: str, sign_in: Visit) -> Iterator[Callable[..., Looker]]:
    """Opens a browser page, signed in like `visitor`."""
    contexts: list[BrowserContext] = []

    def opened(shop: Shop | None = None, *, anonymous: bool = False, width: int = 1280, dark: bool = False) -> Looker:
        context = browser.new_context(
            base_url=address, viewport={"width": width, "height": 844 if width < 500 else 900}, locale="pt-BR",
            color_scheme="dark" if dark else "light", timezone_id="America/Sao_Paulo",
        )  # fmt: skip
        contexts.append(context)
        if not anonymous:
            context.add_cookies([{"name": COOKIE, "value": sign_in(shop), "url": address}])
        looker = Looker(context.new_page(), [])
        looker.page.on("console", lambda said: looker.complaints.append(said.text) if said.type == "error" else None)
        looker.page.on("pageerror", lambda error: looker.complaints.append(str(error)))
        return looker

    yield opened
    for context in contexts:
        context.close()
