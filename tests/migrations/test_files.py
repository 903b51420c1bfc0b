"""The files of the migrations, and what they leave in the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from proactive.migrations.files import MigrationFile, MigrationsMissing, objects_of, read_migrations


def test_what_the_migrations_make_is_what_is_there(database: psycopg.Connection[dict[str, Any]]) -> None:
    made = objects_of(read_migrations())
    functions = database.execute(
        r"select p.proname, t.typname from pg_proc p join pg_type t on t.oid = p.prorettype"
        r" where p.pronamespace = 'public'::regnamespace and p.proname like 'aurora\_%'"
    ).fetchall()
    tables = database.execute(
        r"select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')"
        r" and relname like 'aurora\_%'"
    ).fetchall()
    assert made.functions == {row["proname"] for row in functions}
    assert made.tables == {row["relname"] for row in tables}
    assert made.hidden == {row["proname"] for row in functions if row["typname"] == "trigger"}


def test_files_are_read_in_the_order_of_their_versions(tmp_path: Path) -> None:
    for name in ("20260102000000_b.sql", "20260101000000_a.sql", "notes.sql", "20260103000000_c.txt"):
        (tmp_path / name).write_text("select 1;")
    assert [migration.title for migration in read_migrations(tmp_path)] == [
        "20260101000000_a.sql", "20260102000000_b.sql",
    ]  # fmt: skip


def test_a_folder_without_migrations_is_told(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "gone"):
        with pytest.raises(MigrationsMissing, match="--folder"):
            read_migrations(folder)


def test_what_a_later_migration_drops_is_not_there() -> None:
    table = "create table if not exists public.aurora_proactive_y (id int)"
    first = MigrationFile("1", "a", f"create function public.aurora_proactive_x() returns int; {table}")
    second = MigrationFile("2", "b", "drop function if exists public.aurora_proactive_x()")
    assert objects_of([first]).functions == {"aurora_proactive_x"}
    assert objects_of([first, second]).functions == set()
    assert objects_of([first, second]).tables == {"aurora_proactive_y"}
