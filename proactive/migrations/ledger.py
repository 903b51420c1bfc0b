"""What was applied, as Supabase's own command line keeps it, and what stands in the database all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import psycopg

from proactive.migrations.files import MadeObjects, MigrationFile, objects_of
from proactive.migrations.statements import bare

#: As `supabase db push` makes it, so that both ways see the same.
_LEDGER = """
create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (version text not null primary key);
alter table supabase_migrations.schema_migrations add column if not exists statements text[];
alter table supabase_migrations.schema_migrations add column if not exists name text
"""
_APPLIED = "select version, name, statements from supabase_migrations.schema_migrations"
_KEEP = """
insert into supabase_migrations.schema_migrations (version, name, statements) values (%s, %s, %s)
on conflict (version) do update set name = excluded.name, statements = excluded.statements
"""
_FUNCTIONS = r"select proname from pg_proc where pronamespace = 'public'::regnamespace and proname like 'aurora\_%'"
_TABLES = r"""select relname from pg_class
 where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm') and relname like 'aurora\_%'"""


class MigrationState(StrEnum):
    """What is known of a migration.

    `applied`: recorded, and this very file. `pending`: neither recorded nor there. `unrecorded`: not recorded, while
    some or all of what it makes is there, as after psql or after a run that broke off. `changed`: recorded with other
    statements than the file has. `taken`: another migration is recorded under its version.
    """

    APPLIED = "applied"
    PENDING = "pending"
    UNRECORDED = "unrecorded"
    CHANGED = "changed"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class MigrationStatus:
    """A migration, what is known of it, and which of the objects that it makes are missing."""

    migration: MigrationFile
    state: MigrationState
    missing: tuple[str, ...]

    @property
    def due(self) -> bool:
        """Whether it is to be applied: it never was as it is now, or not to its end."""
        return self.state is not MigrationState.APPLIED or bool(self.missing)


def make_ledger(connection: psycopg.Connection[Any]) -> None:
    """Make the table of what was applied, where there is none."""
    for statement in _LEDGER.split(";"):
        connection.execute(statement)


def keep(connection: psycopg.Connection[Any], migration: MigrationFile) -> None:
    """Record a migration as applied."""
    connection.execute(_KEEP, (migration.version, migration.name, migration.statements))


def statuses(connection: psycopg.Connection[Any], migrations: Sequence[MigrationFile]) -> list[MigrationStatus]:
    """What is known of each migration, in their order; writes nothing."""
    recorded = _recorded(connection)
    there = {str(name) for query in (_FUNCTIONS, _TABLES) for (name,) in connection.execute(query)}
    return [_status(migration, list(migrations), recorded, there) for migration in migrations]


def _recorded(connection: psycopg.Connection[Any]) -> dict[str, tuple[str | None, list[str] | None]]:
    known = connection.execute("select to_regclass('supabase_migrations.schema_migrations') is not null").fetchone()
    if known is None or not known[0]:
        return {}
    named = connection.execute(
        "select count(*) from information_schema.columns where table_schema = 'supabase_migrations'"
        " and table_name = 'schema_migrations' and column_name in ('name', 'statements')"
    ).fetchone()
    query = _APPLIED if named == (2,) else "select version, null, null from supabase_migrations.schema_migrations"
    return {str(version): (name, statements) for version, name, statements in connection.execute(query)}


def _status(
    migration: MigrationFile,
    migrations: list[MigrationFile],
    recorded: dict[str, tuple[str | None, list[str] | None]],
    there: set[str],
) -> MigrationStatus:
    wanted = _names(objects_of([migration])) & _names(objects_of(migrations))
    missing = tuple(sorted(wanted - there))
    if migration.version not in recorded:
        began = len(missing) < len(wanted)
        return MigrationStatus(
            migration, MigrationState.UNRECORDED if began else MigrationState.PENDING, missing if began else ()
        )
    name, statements = recorded[migration.version]
    if name is not None and name != migration.name:
        return MigrationStatus(migration, MigrationState.TAKEN, missing)
    same = statements is None or _fingerprint(statements) == _fingerprint(migration.statements)
    return MigrationStatus(migration, MigrationState.APPLIED if same else MigrationState.CHANGED, missing)


def _names(objects: MadeObjects) -> set[str]:
    return set(objects.functions | objects.tables)


def _fingerprint(statements: Sequence[str]) -> str:
    """Statements without comments, spaces and semicolons: others split and trim them in ways of their own."""
    return "".join(bare("\n;".join(statements)).replace(";", "").split())
