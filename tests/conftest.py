"""The real stack for every test: one for the whole session, in a folder of its own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from psycopg.rows import dict_row
from supabase import Client, ClientOptions, create_client

from proactive.storage.supabase import Database, connect
from sandbox.errors import PartMissing
from sandbox.stack import LocalStack


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    """Everything the worker talks to. Not in pytest's own folders: their paths are too long for a socket."""
    with tempfile.TemporaryDirectory(prefix="aurora-", ignore_cleanup_errors=True) as folder:
        stack = LocalStack(Path(folder))
        try:
            stack.start()
        except PartMissing as missing:
            if os.environ.get("CI"):
                raise
            pytest.skip(str(missing))
        yield stack
        stack.stop()


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
def supabase_client(stack: LocalStack) -> Client:
    """Supabase with the service role's key."""
    options = ClientOptions(auto_refresh_token=False, persist_session=False)
    return create_client(stack.supabase_url, stack.service_role_key, options)


@pytest.fixture(scope="session")
def supabase(stack: LocalStack) -> Database:
    """The product's own way to Supabase."""
    return Database(connect(stack.supabase_url, stack.service_role_key, 10))
