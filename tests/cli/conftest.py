"""The scripts as people run them: most of them in this process, for speed, some as the processes that they are."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from proactive.app import application
from proactive.cli.doors import door
from proactive.cli.running import run_command
from proactive.cli.tool import aurora
from proactive.queue.rq_classes import JsonQueue
from proactive.schedule.scheduler import CronSchedule
from sandbox.demo.fill import DemoBusiness, fill_demo
from sandbox.stack import LocalStack

ROOT = Path(__file__).parents[2]
#: Wide enough that no line of a table is folded.
WIDE = {"COLUMNS": "400"}


@dataclass(frozen=True)
class Ended:
    """How a script ended and what it said."""

    status: int
    out: str
    err: str


Run = Callable[..., Ended]
Call = tuple[str, ...]


@pytest.fixture
def run(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs a script by its name, or `aurora`, with its arguments, in this process, where nobody is at a terminal."""
    for name, value in (environment | WIDE).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    application.cache_clear()

    def ran(script: str, *arguments: str) -> Ended:
        out, err = io.StringIO(), io.StringIO()
        command, name = (aurora, "aurora") if script == "aurora" else (door(script), f"python scripts/{script}.py")
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as ended:
            run_command(command, name, arguments)
        return Ended(int(ended.value.code or 0), out.getvalue(), err.getvalue())

    yield ran
    application.cache_clear()


def processes(environment: dict[str, str], calls: list[Call], folder: Path = ROOT, **variables: str) -> list[Ended]:
    """Run scripts as processes, a few at a time, without a terminal."""

    def one(call: Call) -> Ended:
        done = subprocess.run(
            [sys.executable, str(ROOT / "scripts" / call[0]), *call[1:]],
            env=os.environ | environment | WIDE | variables, stdin=subprocess.DEVNULL, cwd=folder,
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        return Ended(done.returncode, done.stdout, done.stderr)

    with ThreadPoolExecutor(3) as pool:
        return list(pool.map(one, calls))


@pytest.fixture(scope="module")
def demo(stack: LocalStack) -> Iterator[tuple[DemoBusiness, ...]]:
    """The demo businesses around today."""
    with psycopg.connect(stack.dsn, autocommit=True) as connection:
        now = connection.execute("select now()").fetchone()
        assert now is not None
        businesses = fill_demo(stack.dsn, now[0]).businesses
        yield businesses
        ids = [business.organization_id for business in businesses]
        connection.execute("delete from aurora_proactive_messages where organization_id = any(%s)", [ids])
        connection.execute("delete from organizations where id = any(%s)", [ids])


@pytest.fixture
def shop(demo: tuple[DemoBusiness, ...]) -> DemoBusiness:
    """The demo business to which every message has something to say."""
    return demo[0]


@pytest.fixture
def to(shop: DemoBusiness) -> Call:
    """The arguments that name the shop and its owner."""
    return ("--organization", str(shop.organization_id), "--owner", str(shop.owner_number_id))


@pytest.fixture
def queue(redis_client: redis.Redis) -> JsonQueue:
    return JsonQueue(connection=redis_client)


@pytest.fixture
def schedule(redis_client: redis.Redis) -> CronSchedule:
    return CronSchedule(redis_client)


def refused(ended: Ended, *named: str) -> None:
    """Assert that a script refused its input: status 2, nothing done, a sentence without a traceback."""
    assert (ended.status, ended.out) == (2, ""), ended
    assert "Traceback" not in ended.err
    for words in named:
        assert words in ended.err, ended.err


def rows(stack: LocalStack) -> dict[str, Any]:
    """How much is in each table, and when it changed: any write shows."""
    with psycopg.connect(stack.dsn) as connection:
        tables = connection.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1"
        ).fetchall()
        return {
            table: connection.execute(f"select count(*), max(xmin::text::bigint) from {table}").fetchone()
            for (table,) in tables
        }
