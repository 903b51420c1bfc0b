"""The migration that the database has to its end is the one that this version needs."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from proactive.errors import SupabaseError
from proactive.storage.migrated import MIGRATION, applied_migration
from proactive.storage.supabase import Database
from sandbox.migration import NEXT
from tests.support.world import eventually


def test_the_newest_migration_is_this_versions() -> None:
    newest = max(path.name for path in NEXT.parent.glob("*.sql"))
    assert newest.startswith(f"{MIGRATION}_")


def test_a_migration_that_stopped_half_way_is_told_from_a_whole_one(
    supabase: Database, database: psycopg.Connection[Any]
) -> None:
    assert applied_migration(supabase) == MIGRATION
    half = "".join(NEXT.read_text("utf-8").partition("aurora_proactive_migrated();")[:2])
    with database.transaction(force_rollback=True):
        database.execute(half)
        row = database.execute("select to_regproc('public.aurora_proactive_migrated') as found").fetchone()
        assert row == {"found": None}


def test_only_the_service_may_ask(database: psycopg.Connection[Any]) -> None:
    for role in ("anon", "authenticated"):
        with database.transaction(force_rollback=True), pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.execute(f"set local role {role}")
            database.execute("select public.aurora_proactive_migrated()")


def test_a_database_without_it_refuses_with_the_code_of_a_missing_function(
    supabase: Database, database: psycopg.Connection[Any]
) -> None:
    definition = NEXT.read_text("utf-8").partition("-- The last thing that a migration does")[2]
    database.execute("drop function public.aurora_proactive_migrated()")
    database.execute("notify pgrst, 'reload schema'")

    def refused() -> str:
        try:
            return applied_migration(supabase)
        except SupabaseError as error:
            return str(error)

    try:
        eventually(lambda: "PGRST202" in refused() or "42883" in refused(), 10, "PostgREST had read its functions")
    finally:
        database.execute(f"--{definition}")
        database.execute("notify pgrst, 'reload schema'")
        eventually(lambda: refused() == MIGRATION, 10, "PostgREST had read its functions again")
