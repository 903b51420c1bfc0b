"""The migrations: together the schemas, harmless when repeated, and never near the product's tables."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from sandbox.database import MIGRATIONS
from sandbox.migration import NEXT, RELEASED, SCHEMAS, migration, schemas
from sandbox.stack import LocalStack

Connection = psycopg.Connection[dict[str, Any]]
FILES = sorted(MIGRATIONS.glob("*.sql"))
SCHEMA_FILES = sorted(SCHEMAS.glob("*.sql"))
PRODUCT = Path(__file__).parents[2] / "sandbox" / "product.sql"

#: Of the released migrations: databases have them, so none may change.
DIGESTS = ["7ae3d01b77e338e54aa8f07c510a91aed56a063976fe76b0e636ffc5348d2d13"]
#: Everything of a schema that a migration could have changed, as text.
SNAPSHOT = """
  select 'column', table_name || '.' || column_name || ' ' || udt_name || ' ' || coalesce(column_default, '-') || ' '
         || is_nullable || ' ' || ordinal_position
    from information_schema.columns where table_schema = 'public'
  union all select 'function', oid::regprocedure || ' ' || md5(pg_get_functiondef(oid)) || ' '
         || coalesce(proacl::text, '-') || ' ' || coalesce(obj_description(oid, 'pg_proc'), '-')
    from pg_proc where pronamespace = 'public'::regnamespace
  union all select 'relation', relname || ' ' || relkind::text || ' ' || relrowsecurity || ' '
         || coalesce(relacl::text, '-') || ' ' || coalesce(obj_description(oid, 'pg_class'), '-')
    from pg_class where relnamespace = 'public'::regnamespace
  union all select 'index', indexdef from pg_indexes where schemaname = 'public'
  union all select 'constraint', conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
    from pg_constraint where connamespace = 'public'::regnamespace
  union all select 'policy', tablename || ' ' || policyname || ' ' || cmd || ' ' || roles::text || ' '
         || coalesce(qual, '-') || ' ' || coalesce(with_check, '-') from pg_policies where schemaname = 'public'
  union all select 'trigger', tgrelid::regclass || ' ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
  union all select 'type', typname from pg_type where typnamespace = 'public'::regnamespace
"""


def snapshot(dsn: str) -> Counter[str]:
    with psycopg.connect(dsn) as connection:
        return Counter(f"{kind}: {what}" for kind, what in connection.execute(SNAPSHOT).fetchall())


def made(stack: LocalStack, sqls: list[str]) -> Counter[str]:
    """What some SQL makes of a database that has the product's tables alone."""
    name = f"made_{uuid4().hex[:12]}"
    dsn = make_conninfo(stack.dsn, dbname=name)
    with psycopg.connect(stack.dsn, autocommit=True) as connection:
        connection.execute(f"create database {name}")
        try:
            with psycopg.connect(dsn, autocommit=True) as inside:
                for sql in (PRODUCT.read_text(), *sqls):
                    inside.execute(sql.encode())
            return snapshot(dsn)
        finally:
            connection.execute(f"drop database {name} with (force)")


def test_applying_them_again_changes_nothing(stack: LocalStack) -> None:
    before = snapshot(stack.dsn)
    stack.migrate()
    after = snapshot(stack.dsn)
    assert after - before == before - after == Counter()
    assert any("aurora_proactive_messages" in line for line in before)


def test_they_are_named_as_the_supabase_cli_names_them() -> None:
    names = [re.fullmatch(r"(\d{14})_([a-z0-9_]+)\.sql", file.name) for file in FILES]
    assert all(names), [file.name for file in FILES]
    versions = [name[1] for name in names if name]
    assert len(set(versions)) == len(versions)


def test_a_released_migration_never_changes_and_the_next_one_is_made_from_the_schemas() -> None:
    assert [*RELEASED, NEXT] == FILES
    assert [hashlib.sha256(file.read_bytes()).hexdigest() for file in RELEASED] == DIGESTS
    assert len(SCHEMA_FILES) > 10
    assert NEXT.read_text() == migration()


def test_the_migrations_make_the_database_that_the_schemas_describe(stack: LocalStack) -> None:
    migrated, described = (made(stack, sqls) for sqls in ([file.read_text() for file in FILES], [schemas()]))
    assert described - migrated == migrated - described == Counter()


@pytest.mark.parametrize("file", SCHEMA_FILES, ids=lambda file: file.stem)
def test_a_schema_says_what_it_is_and_who_may_is_said_in_the_last_one_only(file: Path) -> None:
    text = file.read_text()
    assert text.startswith("-- ")
    assert max(map(len, text.splitlines())) <= 120
    assert bool(re.search(r"(?i)\b(grant|revoke|policy)\b", text)) == (file == SCHEMA_FILES[-1])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_migration_names_only_what_is_ours(file: Path) -> None:
    text = re.sub(r"--[^\n]*", "", file.read_text())
    ddl = r"(?i)\b(?:alter|drop|create|truncate)\s+(?:or\s+replace\s+)?(?:unique\s+)?"
    ddl += r"(?:table|view|function|type|index|sequence|trigger)\s+(?:concurrently\s+)?(?:if\s+(?:not\s+)?exists\s+)?"
    changed = re.findall(ddl + r"(?:public\.)?(\w+)\b(?!\.%)", text)
    changed += re.findall(r"(?i)\bcreate\s+(?:unique\s+)?index\b[^;]*?\bon\s+(?:public\.)?(\w+)", text)
    changed += re.findall(r"(?i)\bpolicy\s+\"[^\"]+\"\s+on\s+(?:public\.)?(\w+)", text)
    assert changed
    assert [name for name in changed if not name.startswith("aurora_proactive_")] == []


def test_nothing_of_ours_is_attached_to_a_table_of_the_product(database: Connection) -> None:
    tables = re.findall(r"(?im)^create table (?:if not exists )?(?:public\.)?(\w+)", PRODUCT.read_text())
    assert len(tables) == 7
    attached = database.execute(
        """
        select relname, (select count(*) from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal)
                      + (select count(*) from pg_policy p where p.polrelid = c.oid)
                      + (c.relrowsecurity)::int
                      + (select count(*) from pg_index i join pg_class x on x.oid = i.indexrelid
                          where i.indrelid = c.oid and x.relname like '%%aurora%%') as extras
          from pg_class c where c.relnamespace = 'public'::regnamespace and c.relname = any(%s)
        """,
        [tables],
    ).fetchall()
    assert {row["relname"]: row["extras"] for row in attached} == dict.fromkeys(tables, 0)


def test_the_table_has_the_columns_of_the_products_description(database: Connection) -> None:
    rows = database.execute(
        "select column_name as name, data_type as type from information_schema.columns"
        " where table_schema = 'public' and table_name = 'aurora_proactive_messages' order by ordinal_position"
    ).fetchall()
    described = {
        "id": "uuid",
        "organization_id": "uuid",
        "owner_number_id": "uuid",
        "message_type": "character varying",
        "content": "text",
        "scheduled_for": "timestamp without time zone",
        "status": "character varying",
        "sent_at": "timestamp without time zone",
        "error_message": "text",
        "metadata": "jsonb",
        "created_at": "timestamp without time zone",
    }
    assert described.items() <= {row["name"]: row["type"] for row in rows}.items()


def test_what_is_still_open_and_an_organisations_history_are_found_by_an_index(database: Connection) -> None:
    with database.transaction(force_rollback=True):
        database.execute("set local enable_seqscan = off")
        database.execute("set local enable_bitmapscan = off")
        for query, index in {
            "select * from aurora_proactive_messages where status = 'pending' order by created_at limit 9": "_pending",
            "select * from aurora_proactive_messages where organization_id = '00000000-0000-4000-8000-000000000000'"
            " order by created_at desc limit 9": "_organization",
        }.items():
            plan = "\n".join(str(row["QUERY PLAN"]) for row in database.execute(f"explain {query}").fetchall())
            assert f"aurora_proactive_messages{index}" in plan


def test_everything_of_ours_says_what_it_is(database: Connection) -> None:
    rows = database.execute(
        """
        select oid::regprocedure::text as name, obj_description(oid, 'pg_proc') as comment
          from pg_proc where pronamespace = 'public'::regnamespace and proname like 'aurora\\_proactive\\_%'
        union all select oid::regclass::text, obj_description(oid, 'pg_class')
          from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')
           and relname like 'aurora\\_proactive\\_%'
        union all select t.oid::regtype::text, obj_description(t.oid, 'pg_type')
          from pg_type t join pg_class c on c.oid = t.typrelid and c.relkind = 'c'
         where t.typnamespace = 'public'::regnamespace and t.typname like 'aurora\\_proactive\\_%'
        """
    ).fetchall()
    assert len(rows) > 50
    assert [row["name"] for row in rows if not row["comment"]] == []


#: Read as part of the queries that call them, which PostgreSQL does to no function with a setting
#: (docs/decisions/0019-sql.md).
INLINED = {"aurora_proactive_bookings", "aurora_proactive_clients"}


def test_no_function_depends_on_its_callers_search_path(database: Connection) -> None:
    rows = database.execute(
        """
        select proname as name, prosqlbody is not null as bound, 'search_path=""' = any (proconfig) as own_path,
               regexp_replace(pg_get_functiondef(oid), '--[^\n]*', '', 'g') as text
          from pg_proc where pronamespace = 'public'::regnamespace and proname like 'aurora\\_proactive\\_%'
        """
    ).fetchall()
    assert {row["name"] for row in rows if not row["own_path"] and not row["bound"]} == INLINED
    for row in rows:
        names = re.findall(r"(?i)(?<!')\b(?:from|join|into|update)\s+(?:only\s+)?(aurora_proactive_\w+)", row["text"])
        assert names == [], row["name"]


def test_no_table_of_ours_refers_to_another(database: Connection) -> None:
    rows = database.execute(
        "select conrelid::regclass::text || '.' || conname as key from pg_constraint"
        " where contype = 'f' and conrelid::regclass::text like 'aurora\\_proactive\\_%'"
    ).fetchall()
    assert rows == []
