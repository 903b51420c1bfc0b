"""Applying migrations: once, whole or not at all, known to the Supabase CLI; what was left half done is found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
import pytest

from proactive.migrations.apply import MigrationFailed, apply_due
from proactive.migrations.files import MigrationFile, read_migrations
from proactive.migrations.ledger import MigrationState, make_ledger, statuses

ONE = MigrationFile(
    "20260101000000",
    "one",
    "create table if not exists public.aurora_proactive_a (id int);\n"
    "create or replace function public.aurora_proactive_f() returns int language sql as $$ select 1; $$",
)
TWO = MigrationFile("20260102000000", "two", "alter table public.aurora_proactive_a add column if not exists b int")
BROKEN = MigrationFile("20260103000000", "broken", "create table public.aurora_proactive_c (id int);\nselect 1 / 0")


@pytest.fixture
def connection(empty_database: str) -> Any:
    with psycopg.connect(empty_database, autocommit=True) as connection:
        yield connection


def applied(connection: psycopg.Connection[Any], *migrations: MigrationFile, again: bool = False) -> list[str]:
    return [found.migration.name for found in apply_due(connection, migrations, again=again)]


def states(connection: psycopg.Connection[Any], *migrations: MigrationFile) -> list[MigrationState]:
    return [found.state for found in statuses(connection, migrations)]


def recorded(connection: psycopg.Connection[Any]) -> Sequence[tuple[Any, ...]]:
    query = "select version, name, statements from supabase_migrations.schema_migrations order by version"
    return connection.execute(query).fetchall()


def test_each_is_applied_once_and_recorded_as_the_supabase_cli_does(connection: psycopg.Connection[Any]) -> None:
    assert states(connection, ONE, TWO) == [MigrationState.PENDING] * 2
    assert applied(connection, ONE) == ["one"]
    assert states(connection, ONE, TWO) == [MigrationState.APPLIED, MigrationState.PENDING]
    assert applied(connection, ONE, TWO) == ["two"]
    assert applied(connection, ONE, TWO) == []
    assert recorded(connection) == [(each.version, each.name, each.statements) for each in (ONE, TWO)]
    assert applied(connection, ONE, TWO, again=True) == ["one", "two"]


def test_the_first_that_fails_stops_it_and_leaves_nothing_of_itself(connection: psycopg.Connection[Any]) -> None:
    later = MigrationFile("20260104000000", "later", "create table public.aurora_proactive_d (id int)")
    with pytest.raises(MigrationFailed) as failed:
        applied(connection, ONE, BROKEN, later)
    said = str(failed.value)
    assert "20260103000000_broken.sql: statement 2 of 2 (select 1 / 0) was refused: division by zero" in said
    assert "Nothing of it was kept" in said
    assert states(connection, ONE, BROKEN, later) == [MigrationState.APPLIED, *[MigrationState.PENDING] * 2]


def test_what_psql_applied_or_left_half_done_is_found_and_mended(connection: psycopg.Connection[Any]) -> None:
    connection.execute(ONE.statements[0])
    (found,) = statuses(connection, [ONE])
    assert (found.state, found.missing) == (MigrationState.UNRECORDED, ("aurora_proactive_f",))
    assert applied(connection, ONE) == ["one"]
    connection.execute("drop function aurora_proactive_f")
    (found,) = statuses(connection, [ONE])
    assert (found.state, found.missing, found.due) == (MigrationState.APPLIED, ("aurora_proactive_f",), True)
    assert applied(connection, ONE) == ["one"]
    assert statuses(connection, [ONE])[0].missing == ()


def test_what_the_supabase_cli_recorded_is_known_however_it_splits(connection: psycopg.Connection[Any]) -> None:
    make_ledger(connection)
    connection.execute(ONE.sql)
    theirs = [f"-- a comment\n{statement};\n" for statement in ONE.statements]
    insert = "insert into supabase_migrations.schema_migrations (version, name, statements) values (%s, %s, %s)"
    connection.execute(insert, (ONE.version, ONE.name, theirs))
    assert states(connection, ONE) == [MigrationState.APPLIED]
    connection.execute("update supabase_migrations.schema_migrations set statements = '{select 1}'")
    assert states(connection, ONE) == [MigrationState.CHANGED]
    assert applied(connection, ONE) == ["one"]
    connection.execute("update supabase_migrations.schema_migrations set statements = null")
    assert states(connection, ONE) == [MigrationState.APPLIED]


def test_an_old_ledger_with_versions_alone_is_read(connection: psycopg.Connection[Any]) -> None:
    connection.execute("create schema supabase_migrations")
    connection.execute("create table supabase_migrations.schema_migrations (version text primary key)")
    connection.execute(ONE.sql)
    connection.execute("insert into supabase_migrations.schema_migrations values (%s)", (ONE.version,))
    assert states(connection, ONE) == [MigrationState.APPLIED]
    assert applied(connection, ONE, TWO) == ["two"]


def test_a_version_of_another_is_told_and_left_alone(connection: psycopg.Connection[Any]) -> None:
    make_ledger(connection)
    insert = "insert into supabase_migrations.schema_migrations (version, name) values (%s, 'theirs')"
    connection.execute(insert, (ONE.version,))
    with pytest.raises(MigrationFailed, match="another migration is recorded under its version"):
        applied(connection, ONE)
    assert recorded(connection) == [(ONE.version, "theirs", None)]


def test_a_table_that_somebody_holds_is_told(empty_database: str, connection: psycopg.Connection[Any]) -> None:
    applied(connection, ONE)
    quick = MigrationFile(TWO.version, "two", "set local lock_timeout = '50ms';" + TWO.sql)
    with psycopg.connect(empty_database) as other:
        other.execute("select * from aurora_proactive_a")
        with pytest.raises(MigrationFailed, match="somebody holds a table"):
            applied(connection, ONE, quick)


def test_our_own_migrations_are_applied_to_an_empty_project(connection: psycopg.Connection[Any]) -> None:
    migrations = read_migrations()
    assert applied(connection, *migrations) == [each.name for each in migrations]
    assert all(not found.due for found in statuses(connection, migrations))
    assert applied(connection, *migrations) == []
