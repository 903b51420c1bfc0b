"""Whether the database has the migration of this version, applied to its end."""

from __future__ import annotations

from proactive.storage.supabase import Database

#: The newest file of supabase/migrations, by the digits that its name begins with.
MIGRATION = "20261126000000"


def applied_migration(database: Database) -> str:
    """The migration that was applied to its end.

    Raises:
        SupabaseError: Supabase is away; or, with the code of a function that is not there, none was.
    """
    return database.call("aurora_proactive_migrated", {}, str)
