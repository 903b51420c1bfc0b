"""An empty database of its own, as a Supabase project is before our first migration."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from sandbox.database import _HERE as SANDBOX
from sandbox.stack import LocalStack


@pytest.fixture
def empty_database(stack: LocalStack) -> Iterator[str]:
    """The address of a database with the product's tables and nothing of ours."""
    name = f"migrated_{uuid4().hex[:12]}"
    with psycopg.connect(stack.dsn, autocommit=True) as connection:
        connection.execute(f"create database {name}")
        address = make_conninfo(stack.dsn, dbname=name)
        with psycopg.connect(address, autocommit=True) as inside:
            inside.execute((SANDBOX / "product.sql").read_bytes())
        yield address
        connection.execute(f"drop database {name} with (force)")
