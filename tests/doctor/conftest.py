"""The doctor over the real stack, in order and out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest

from proactive.app import Application, build
from proactive.doctor.examination import examine_all
from proactive.doctor.finding import Finding
from proactive.settings import load_settings
from sandbox.demo.fill import DemoBusiness, fill_demo
from sandbox.gateway.client import Sandbox
from sandbox.stack import LocalStack

Look = Callable[..., dict[str, Finding]]


@pytest.fixture
def application_of(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Application]:
    """Builds an application from the stack's environment and what a test sets beside it."""

    def built(**variables: str) -> Application:
        for name, value in (environment | variables).items():
            monkeypatch.setenv(name, value)
        return build(load_settings())

    return built


@pytest.fixture
def look(application_of: Callable[..., Application]) -> Look:
    """Has the doctor look, and answers what it found by code."""

    def looked(**variables: str) -> dict[str, Finding]:
        return {each.code: each for each in examine_all(application_of(**variables), 5.0)}

    return looked


@pytest.fixture(scope="module")
def businesses(stack: LocalStack) -> Iterator[tuple[DemoBusiness, ...]]:
    """The demo's businesses, whose instances the gateway knows."""
    with psycopg.connect(stack.dsn, autocommit=True) as connection:
        now = connection.execute("select now()").fetchone()
        assert now is not None
        found = fill_demo(stack.dsn, now[0]).businesses
        stack.connect_instances(each.instance for each in found)
        yield found
        connection.execute("delete from organizations where id = any(%s)", [[each.organization_id for each in found]])


@pytest.fixture(autouse=True)
def sandbox(stack: LocalStack, businesses: tuple[DemoBusiness, ...]) -> Iterator[Sandbox]:
    """The gateway, in which nobody has set a webhook; it behaves again afterwards."""
    sandbox = Sandbox(stack.gateway_url, stack.environment()["WHATSAPP_API_KEY"])
    sandbox.call("http://127.0.0.1:1/", "x" * 16, *(each.instance for each in businesses), enabled=False)
    yield sandbox
    sandbox.behave()
