"""Where tables of the product have our seven names and another shape, the views stand in a schema of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row

from proactive.doctor.finding import CheckState
from proactive.doctor.rest import SupabaseRest
from proactive.doctor.supabase_checks import supabase_findings
from proactive.facts.organizations import Organizations
from proactive.migrations.apply import apply_due
from proactive.migrations.files import read_migrations
from proactive.model.product_tables import PRODUCT_TABLES
from proactive.storage.supabase import Database, connect
from sandbox.api_gateway import create_front
from sandbox.database import _HERE as SANDBOX
from sandbox.postgrest import postgrest_part
from sandbox.service import Service
from sandbox.spawn import Spawner
from sandbox.stack import LocalStack
from tests.supabase.test_views import answers, case
from tests.support.businesses import insert
from tests.support.redis_servers import free_port
from tests.web.conftest import served

SCHEMA = "aurora_source"


@pytest.fixture(scope="module")
def taken(stack: LocalStack) -> Iterator[str]:
    """The address of a database whose own tables have the seven names, with what we need in another schema."""
    name = f"taken_{uuid4().hex[:12]}"
    with psycopg.connect(stack.dsn, autocommit=True) as connection:
        connection.execute(f"create database {name}")
        dsn = make_conninfo(stack.dsn, dbname=name)
        with psycopg.connect(dsn, autocommit=True) as inside:
            inside.execute(f"create schema {SCHEMA}")
            inside.execute(f"set search_path = {SCHEMA}")
            inside.execute((SANDBOX / "product.sql").read_bytes())
            for table in PRODUCT_TABLES:
                inside.execute(f"create table public.{table} (id bigint primary key, nome text)")
            inside.execute("set search_path = public")
            inside.execute(f"grant usage on schema public, {SCHEMA} to service_role")
            inside.execute(f"grant select on all tables in schema {SCHEMA} to service_role")
            assert len(list(apply_due(inside, read_migrations(product_schema=SCHEMA)))) == len(read_migrations())
        yield dsn
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="module")
def supabase_url(stack: LocalStack, taken: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Supabase's API over that database, with the schema exposed."""
    folder: Path = tmp_path_factory.mktemp("postgrest")
    state = replace(
        stack.state, ports=stack.state.ports | {part: free_port() for part in ("postgrest", "postgrest_admin")}
    )
    database = psycopg.conninfo.conninfo_to_dict(taken)["dbname"]
    login = make_conninfo(stack.services["postgrest"].part.environment["PGRST_DB_URI"], dbname=str(database))
    part = postgrest_part(state, login)
    part = replace(part, environment={**part.environment, "PGRST_DB_SCHEMAS": f"public,{SCHEMA}"})
    spawner = Spawner()
    service = Service(part, spawner, folder)
    service.start()
    keys = frozenset({stack.service_role_key, stack.anon_key})
    with served(create_front(f"http://127.0.0.1:{state.ports['postgrest']}", keys)) as address:
        yield address
    service.stop()
    spawner.close()


@pytest.mark.parametrize("seed", [1, 2])
def test_every_type_gives_what_the_same_rows_give_in_public(stack: LocalStack, taken: str, seed: int) -> None:
    asked, found = case(seed), []
    for dsn, schema in ((stack.dsn, "public"), (taken, SCHEMA)):
        with psycopg.connect(dsn, row_factory=dict_row) as database, database.transaction(force_rollback=True):
            insert(database, asked.rows, schema)
            found.append(answers(database, asked))
    assert found[0] == found[1]


def test_the_worker_and_the_doctor_read_the_schema(stack: LocalStack, taken: str, supabase_url: str) -> None:
    asked = case(3)
    with psycopg.connect(taken, row_factory=dict_row) as database:
        insert(database, asked.rows, SCHEMA)
    reader = Database(connect(supabase_url, stack.service_role_key, 10), SCHEMA)
    assert {entry.id for entry in Organizations(reader).organizations()} == {
        row["id"] for row in asked.rows.organizations
    }
    rest = SupabaseRest(supabase_url, stack.service_role_key, 10, SCHEMA)
    found = {each.code: each.state for each in supabase_findings(rest, "here", stack.service_role_key, reader)}
    assert found["product_tables.ok"] is CheckState.OK
    rest.close()
    hidden = SupabaseRest(supabase_url, stack.service_role_key, 10, "not_exposed")
    told = {each.code for each in supabase_findings(hidden, "here", stack.service_role_key, reader)}
    assert "product_tables.schema" in told
    hidden.close()
    unaware = SupabaseRest(supabase_url, stack.service_role_key, 10)
    assert "product_tables.missing" in {
        each.code for each in supabase_findings(unaware, "here", stack.service_role_key, reader)
    }
    unaware.close()
    with psycopg.connect(taken) as database:  # the others' rows have the same ids
        database.execute(f"truncate {SCHEMA}.organizations cascade")


def test_a_schema_is_named_in_every_use_of_the_products_tables() -> None:
    for migration in read_migrations(product_schema=SCHEMA):
        for table in PRODUCT_TABLES:
            assert f"public.{table} " not in migration.sql.replace("\n", " ")
        assert "public.aurora_proactive_" in migration.sql
