"""Make the next migration from the schemas: python -m sandbox.migration"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from proactive.migrations.statements import bare, split

_SUPABASE = Path(__file__).parent.parent / "supabase"
SCHEMAS = _SUPABASE / "schemas"
#: Who may do what: its loops look at everything that is there, so it closes every migration.
ACCESS = SCHEMAS / "90_access.sql"
#: Written once and never changed again: databases have it (docs/decisions/0100-migrations-are-additive.md).
RELEASED = (_SUPABASE / "migrations" / "20261125000000_aurora_proactive.sql",)
#: What comes after the last release, made from the schemas until it is released itself.
NEXT = _SUPABASE / "migrations" / "20261126000000_calendar_words_hours.sql"
_HEAD = """\
-- What supabase/schemas has and the migrations before do not: made by `python -m sandbox.migration`, never by hand.
-- Applying it again changes nothing.

-- It comes back at the very end: a migration that stopped half way is told from a whole one.
drop function if exists public.aurora_proactive_migrated();
"""
_DROPS = re.compile(r"drop (?:\w+ ){1,2}if exists\b", re.IGNORECASE)


def schemas() -> str:
    """All schemas in the order of their names: the database as it is to be."""
    return "\n".join(file.read_text("utf-8") for file in sorted(SCHEMAS.glob("*.sql")))


def migration() -> str:
    """The text of the next migration: each statement that the released ones lack, in the order of the schemas."""
    released = {bare(each) for file in RELEASED for each in split(file.read_text("utf-8"))}
    files = (file for file in sorted(SCHEMAS.glob("*.sql")) if file != ACCESS)
    missing = (f"{each};\n" for file in files for each in _missing(split(file.read_text("utf-8")), released))
    return "\n".join([_HEAD, *missing, ACCESS.read_text("utf-8")])


def _missing(statements: Iterable[str], released: set[str]) -> Iterator[str]:
    """What was not released, and before each the dropping of what it replaces."""
    drops = list[str]()
    for statement in statements:
        if bare(statement) not in released:
            yield from drops
            yield statement
        elif _DROPS.match(bare(statement)):
            drops.append(statement)
            continue
        drops = []


if __name__ == "__main__":
    NEXT.write_text(migration(), "utf-8")
