"""What is in the database before the first request: Supabase's roles, the product's tables, our migrations."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import psycopg

from sandbox.errors import LocalStackError

_HERE = Path(__file__).parent
MIGRATIONS = _HERE.parent / "supabase" / "migrations"


def prepare(superuser_dsn: str, dsn: str) -> None:
    """Roles, tables and migrations; changes nothing where they are there already.

    Raises:
        LocalStackError: a file was refused; the message names it and says why.
    """
    _apply(superuser_dsn, [_HERE / "roles.sql"])
    _apply(dsn, [_HERE / "product.sql"])
    migrate(dsn)


def migrate(dsn: str) -> None:
    """Apply every migration of the checkout in the order of their names, each as a whole."""
    _apply(dsn, sorted(MIGRATIONS.glob("*.sql")))


def reload_schema(dsn: str, sees: Callable[[str], bool]) -> None:
    """Have PostgREST read the schema again, and return once it has.

    A function of a name never used before is made, announced and taken away: when `sees` (whether PostgREST
    calls the function of that name) says yes, it has read everything that was there before. A view would not
    do: PostgREST reads from one that it does not know yet.
    """
    with psycopg.connect(dsn, autocommit=True) as connection:
        moment = connection.execute("select clock_timestamp()::text").fetchone()
        marker = "schema_marker_" + hashlib.sha256(str(moment).encode()).hexdigest()[:12]
        connection.execute(f"create function public.{marker}() returns int language sql stable return 1")
        try:
            connection.execute("notify pgrst, 'reload schema'")
            while not sees(marker):
                connection.execute("select pg_sleep(0.02)")
        finally:
            connection.execute(f"drop function public.{marker}()")
            connection.execute("notify pgrst, 'reload schema'")


def _apply(dsn: str, files: list[Path]) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        for file in files:
            try:
                connection.execute(file.read_bytes())
            except psycopg.Error as error:
                raise LocalStackError(f"{file.name} was refused: {error}") from error
