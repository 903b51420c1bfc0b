"""aurora migrate: what it would do, what it does, and databases that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from proactive.migrations.connection import connected
from sandbox.stack import LocalStack
from tests.cli.conftest import Run, refused

FILES = {
    "20260101000000_one.sql": "create table if not exists public.aurora_proactive_probe (id int);",
    "20260102000000_two.sql": "alter table public.aurora_proactive_probe add column if not exists b int;",
}


@pytest.fixture
def folder(tmp_path: Path, stack: LocalStack, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, sql in FILES.items():
        (tmp_path / name).write_text(sql)
    monkeypatch.setenv("DATABASE_URL", stack.dsn)
    return tmp_path


def forget(stack: LocalStack) -> None:
    with psycopg.connect(stack.dsn, autocommit=True) as connection:
        connection.execute("drop table if exists aurora_proactive_probe")
        connection.execute("drop schema if exists supabase_migrations cascade")


def test_a_dry_run_writes_nothing_and_the_second_run_does_nothing(run: Run, folder: Path, stack: LocalStack) -> None:
    forget(stack)
    migrate = ("aurora", "migrate", "--folder", str(folder))
    try:
        for _ in range(2):
            would = json.loads(run(*migrate, "--dry-run", "--json").out)["migrations"]
            assert [(each["state"], each["would_apply"]) for each in would] == [("pending", True)] * 2
        assert "not applied" in run(*migrate, "--dry-run").out
        assert run(*migrate).out.splitlines() == [f"applied {name}" for name in FILES]
        again = run(*migrate)
        assert (again.status, again.out) == (
            0, "Nothing to do: 2 migrations are applied, the last is 20260102000000_two.sql.\n",
        )  # fmt: skip
        with psycopg.connect(stack.dsn, autocommit=True) as connection:
            connection.execute("drop table aurora_proactive_probe")
        assert "half of it: aurora_proactive_probe missing" in run(*migrate, "--dry-run").out
        assert json.loads(run(*migrate, "--json").out)["applied"][0]["missing"] == ["aurora_proactive_probe"]
    finally:
        forget(stack)


def test_what_fails_is_one_sentence_with_its_statement(run: Run, folder: Path, stack: LocalStack) -> None:
    (folder / "20260101000000_one.sql").write_text("select 1;\nselect nonsense();")
    ended = run("aurora", "migrate", "--folder", str(folder))
    forget(stack)
    assert (ended.status, ended.out) == (1, "")
    assert "20260101000000_one.sql: statement 2 of 2 (select nonsense()) was refused" in ended.err
    assert len(ended.err.splitlines()) == 1


def test_a_missing_address_is_named(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    refused(run("aurora", "migrate", "--folder", str(folder)), "DATABASE_URL is missing", "postgresql://postgres:")


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("postgresql://u:hush-hush@127.0.0.1:1/x", "nobody listens"), ("nonsense=hush-hush", "should look like"),
        ("postgresql://u:hush-hush@nowhere.invalid/x", "no host of that name"), ("hush-hush", "should look like"),
        ("postgresql://u:hush@hush-hush@127.0.0.1:1/x", "no host of that name"),
    ],
)  # fmt: skip
def test_a_database_that_cannot_be_used_is_told_without_its_address(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, address: str, says: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    ended = run("aurora", "migrate", "--folder", str(folder))
    assert (ended.status, ended.out) == (1, "")
    assert says in ended.err and "hush" not in ended.err and "Traceback" not in ended.err


def test_a_connection_serves(stack: LocalStack) -> None:
    with connected(stack.dsn) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
