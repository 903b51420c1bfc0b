"""docs/your-schema.md and the SQL name the same columns of the product's tables, with the same types.

That nothing else is read is held by every other test: the session's service role may read no other column
(tests/support/contract.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from sandbox.migration import schemas
from sandbox.stack import LocalStack
from tests.support.contract import DOCUMENT, contract

Connection = psycopg.Connection[dict[str, Any]]
CONTRACT = contract()
#: A function in SQL: its text is compared with the columns as soon as it is made.
FUNCTION = re.compile(r"^create or replace function [^;]*?\nlanguage sql\n.*?^\$\$;", re.MULTILINE | re.DOTALL)


def functions(table: str) -> list[str]:
    """The functions in SQL that name a table of the product."""
    text = re.sub(r"--[^\n]*", "", schemas())
    return [found for found in FUNCTION.findall(text) if re.search(rf"public\.{table}\b", found)]


def view(table: str, without: str | None = None) -> str:
    """A view with the columns of the contract, or all but one of them."""
    columns = ", ".join(f"null::{each.type} as {each.name}" for each in CONTRACT[table] if each.name != without)
    return f"create view public.{table} as select {columns} where false"


@pytest.fixture
def bare(database: Connection) -> Iterator[Connection]:
    """Nothing of the product but the contract's columns, as views, in a transaction that is taken back."""
    with database.transaction(force_rollback=True):
        database.execute("create schema aside")
        for table in CONTRACT:
            database.execute(f"alter table public.{table} set schema aside")
            database.execute(view(table))
        yield database


def test_the_document_has_the_seven_tables() -> None:
    assert list(CONTRACT) == [
        "organizations", "owner_numbers", "whatsapp_instances", "services", "contacts", "pets", "bookings",
    ]  # fmt: skip
    assert sum(map(len, CONTRACT.values())) == 46


def test_the_migration_needs_no_other_column(bare: Connection) -> None:
    bare.execute(schemas().encode())


@pytest.mark.parametrize("table", CONTRACT)
def test_it_stops_by_name_where_any_column_is_missing(table: str, bare: Connection) -> None:
    for column in CONTRACT[table]:
        with bare.transaction(force_rollback=True):
            bare.execute(f"drop view public.{table}")
            bare.execute(view(table, without=column.name))
            assert column.name in refused(bare, functions(table)), column.name


def refused(database: Connection, statements: list[str]) -> str:
    """The name of the column for which one of the statements is refused; empty where none is."""
    for statement in statements:
        try:
            with database.transaction():
                database.execute(statement.encode())
        except psycopg.errors.UndefinedColumn as error:
            return str(error)
    return ""


@pytest.mark.parametrize("table", CONTRACT)
def test_its_types_are_those_of_the_tables_that_everything_else_is_tested_with(
    table: str, database: Connection
) -> None:
    rows = database.execute(
        "select attname as name, format_type(atttypid, null) as type from pg_attribute"
        " where attrelid = %s::regclass and attnum > 0 and not attisdropped",
        [f"public.{table}"],
    ).fetchall()
    short = {row["name"]: row["type"].replace("timestamp with time zone", "timestamptz") for row in rows}
    assert {column.name: short.get(column.name) for column in CONTRACT[table]} == {
        column.name: column.type for column in CONTRACT[table]
    }


def test_the_role_that_the_tests_read_with_may_read_no_other_column(stack: LocalStack, database: Connection) -> None:
    rows = database.execute(
        "select table_name as table, column_name as column from information_schema.column_privileges"
        " where grantee = 'service_role' and table_schema = 'public' and table_name = any(%s)",
        [list(CONTRACT)],
    ).fetchall()
    assert {(row["table"], row["column"]) for row in rows} == {
        (table, column.name) for table, columns in CONTRACT.items() for column in columns
    }


@pytest.mark.parametrize("what", ["bookings.status", "whatsapp_instances.status"])
def test_its_words_are_those_that_the_tables_take(what: str, database: Connection) -> None:
    table, column = what.split(".")
    words = re.search(rf"^\| `{re.escape(what)}` \|.*?\n\n", DOCUMENT.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    row = database.execute(
        "select pg_get_constraintdef(oid) as text from pg_constraint where conrelid = %s::regclass and contype = 'c'",
        [f"public.{table}"],
    ).fetchone()
    assert words and row and column in row["text"]
    told = {word for line in words[0].splitlines()[2:] for word in re.findall(r"`(\w+)`", line.split(" | ")[0])}
    told |= {"logged_out", "error"} if table == "whatsapp_instances" and "`logged_out`, `error`" in words[0] else set()
    assert told == set(re.findall(r"'(\w+)'", row["text"]))
