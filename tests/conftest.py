"""The real stack for every test: one for the whole session, emptied for each test file.

The order of files, and of tests within a file, is another one in every run (pytest-randomly); the seed is printed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser
from psycopg.rows import dict_row
from supabase import Client, ClientOptions, create_client

from proactive.storage.supabase import Database, connect
from sandbox.errors import PartMissing
from sandbox.stack import LocalStack
from tests.support.browsing import chromium
from tests.support.contract import hold_to_contract
from tests.support.ground import clear
from tests.support.missing import missing

# a deadline of milliseconds is missed on a busy machine, and says nothing of the code
settings.register_profile("aurora", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("aurora")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their length: gzip packs the time into them, and every process must name a test alike."""
    return f"{argname}-{len(val)}-bytes" if isinstance(val, bytes) else None


#: Files that mostly wait: for real processes to work or to die, for servers to fail over, for deadlines to pass.
WAIT = ("tests/acceptance/", "tests/storage/test_redis_fitness.py", "tests/web/test_bounded_connections.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what waits: at the end it would keep the other cores idle."""
    items.sort(key=lambda item: not item.nodeid.startswith(WAIT))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how to have the same order again."""
    if (seed := config.getoption("randomly_seed", None)) is not None:
        terminalreporter.write_line(f"the order was random; for the same one again add --randomly-seed={seed}")


@pytest.fixture(scope="session")
def session_stack() -> Iterator[LocalStack]:
    """The session's; tests take `stack`. Not in pytest's own folders: their paths are too long for a socket."""
    with tempfile.TemporaryDirectory(prefix="aurora-", ignore_cleanup_errors=True) as folder:
        stack = LocalStack(Path(folder))
        try:
            stack.start()
        except PartMissing as error:
            missing(str(error))
        hold_to_contract(stack.dsn)
        yield stack
        stack.stop()


@pytest.fixture(scope="module")
def stack(session_stack: LocalStack) -> LocalStack:
    """Everything the worker talks to, up and empty. Whatever rests on it lives as long as the file, no longer."""
    clear(session_stack)
    return session_stack


@pytest.fixture(scope="module")
def environment(stack: LocalStack) -> dict[str, str]:
    """The environment variables that point a worker at the stack."""
    return stack.environment()


@pytest.fixture
def database(stack: LocalStack) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    """An autocommitting connection as `postgres`, rows as dicts."""
    with psycopg.connect(stack.dsn, autocommit=True, row_factory=dict_row) as connection:
        yield connection


@pytest.fixture
def redis_client(stack: LocalStack) -> Iterator[redis.Redis]:
    """An empty Redis."""
    with redis.Redis.from_url(stack.redis_url) as client:
        client.flushall()
        yield client


@pytest.fixture(scope="module")
def supabase_client(stack: LocalStack) -> Client:
    """Supabase with the service role's key."""
    options = ClientOptions(auto_refresh_token=False, persist_session=False)
    return create_client(stack.supabase_url, stack.service_role_key, options)


@pytest.fixture(scope="module")
def supabase(stack: LocalStack) -> Database:
    """The product's own way to Supabase."""
    return Database(connect(stack.supabase_url, stack.service_role_key, 10))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for every test of pages: Playwright starts once a process."""
    with chromium() as browser:
        yield browser
