"""Ground of its own for each test file: the session's stack, everything up, nothing of earlier files in it."""

from __future__ import annotations

import psycopg
import redis
from psycopg import sql

from sandbox.gateway.client import Sandbox
from sandbox.stack import LocalStack


def clear(stack: LocalStack) -> None:
    """Bring every part of the stack up, and leave no row, key, message or misbehaviour in it."""
    for service in stack.services.values():
        service.resume()
        service.start()
    with psycopg.connect(stack.dsn) as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        for (name,) in tables:  # one by one: emptying the messages empties their tallies by a trigger
            connection.execute(sql.SQL("truncate {} restart identity cascade").format(sql.Identifier("public", name)))
    with redis.Redis.from_url(stack.redis_url) as client:
        client.flushall()
    sandbox = Sandbox(stack.gateway_url, stack.state.gateway_key)
    sandbox.behave()
    sandbox.forget()
