"""Make the migration from the schemas: python -m sandbox.migration"""

from __future__ import annotations

from pathlib import Path

_SUPABASE = Path(__file__).parent.parent / "supabase"
SCHEMAS = _SUPABASE / "schemas"
#: The only one before the first release. Afterwards each change is a migration of its own.
MIGRATION = _SUPABASE / "migrations" / "20261125000000_aurora_proactive.sql"


def migration() -> str:
    """The text of the migration: the files of `SCHEMAS` in the order of their names, an empty line between two."""
    return "\n".join(file.read_text("utf-8") for file in sorted(SCHEMAS.glob("*.sql")))


if __name__ == "__main__":
    MIGRATION.write_text(migration(), "utf-8")
