"""Applies migrations: each in one transaction with its own record, stopping at the first statement that fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg

from proactive.errors import ProactiveError
from proactive.migrations.files import MigrationFile
from proactive.migrations.ledger import MigrationState, MigrationStatus, keep, make_ledger, statuses
from proactive.migrations.statements import bare

#: Whoever migrates waits for whoever else does.
_LOCK = "select pg_advisory_xact_lock(hashtextextended('aurora migrate', 0))"
#: A table that somebody holds for longer is told instead of waited for: everybody else would queue up behind us.
_LOCK_TIMEOUT = "set local lock_timeout = '20s'"
_BEGINNING = 100


class MigrationFailed(ProactiveError):
    """A statement of a migration was refused; nothing of that migration was kept."""


def apply_due(
    connection: psycopg.Connection[Any], migrations: Sequence[MigrationFile], *, again: bool = False
) -> Iterator[MigrationStatus]:
    """Apply each migration that is due (`again`: every one), in their order; answers each as it was found, once done.

    Each is one transaction: what it makes and its record are there together or not at all. Applying one again changes
    nothing that is there.

    Raises:
        MigrationFailed: a statement was refused; the migrations before it stay applied.
    """
    for place, migration in enumerate(migrations):
        with connection.transaction():
            _execute(connection, _LOCK, migration, 0)
            connection.execute(_LOCK_TIMEOUT)
            connection.execute("set local statement_timeout = 0")
            found = statuses(connection, migrations)[place]
            if not (found.due or again):
                continue
            _refuse_taken(found)
            _apply(connection, migration)
        yield found
    connection.execute("notify pgrst, 'reload schema'")


def _refuse_taken(found: MigrationStatus) -> None:
    if found.state is MigrationState.TAKEN:
        raise MigrationFailed(
            f"{found.migration.title}: another migration is recorded under its version, so that nobody could tell them"
            " apart: rename that one's file and its row in supabase_migrations.schema_migrations"
        )


def _apply(connection: psycopg.Connection[Any], migration: MigrationFile) -> None:
    for number, statement in enumerate(migration.statements, 1):
        _execute(connection, statement, migration, number)
    try:
        make_ledger(connection)
        keep(connection, migration)
    except psycopg.Error as error:
        raise _failed(migration, "its record in supabase_migrations.schema_migrations", error) from None


def _execute(connection: psycopg.Connection[Any], statement: str, migration: MigrationFile, number: int) -> None:
    try:
        connection.execute(statement)
    except psycopg.Error as error:
        beginning = bare(statement)[:_BEGINNING]
        which = f"statement {number} of {len(migration.statements)} ({beginning})" if number else "the beginning"
        raise _failed(migration, which, error) from None


def _failed(migration: MigrationFile, which: str, error: psycopg.Error) -> MigrationFailed:
    said = error.diag.message_primary or type(error).__name__
    hints = {
        "42501": "; connect as the role that owns the database's tables (postgres)",
        "55P03": "; somebody holds a table that it changes: try again, or end the long transaction",
    }
    code = error.sqlstate or "none"
    return MigrationFailed(
        f"{migration.title}: {which} was refused: {said} (code {code}){hints.get(code, '')}. Nothing of it was kept."
    )
