"""The stack that all tests share: it serves as Supabase does, and its parts come back as they were."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
import redis
from postgrest import CountMethod
from supabase import Client

from sandbox.stack import LocalStack

PARTS = ["valkey", "postgres", "postgrest", "front", "gateway"]

Connection = psycopg.Connection[dict[str, Any]]


@pytest.fixture
def organization(stack: LocalStack) -> Any:
    # connections of its own: a test may kill the server in between
    with psycopg.connect(stack.dsn) as connection:
        row = connection.execute("insert into organizations (name) values ('Patas') returning id").fetchone()
    assert row
    yield row[0]
    with psycopg.connect(stack.dsn) as connection:
        connection.execute("delete from organizations where id = %s", row)


def _ask(stack: LocalStack, path: str, key: str | None, token: str | None = None) -> httpx.Response:
    headers = {"apikey": key} if key else {}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return httpx.get(f"{stack.supabase_url}/rest/v1{path}", headers=headers)


def _wait_for_supabase(stack: LocalStack) -> None:
    stack.services["postgrest"].wait_until_ready()
    while _ask(stack, "/organizations?limit=1", stack.service_role_key).is_server_error:
        stack.services["postgrest"].wait_until_ready()


def test_it_answers_under_rest_v1_with_the_service_key(stack: LocalStack, organization: Any) -> None:
    answer = _ask(stack, f"/organizations?id=eq.{organization}&select=name", stack.service_role_key)
    assert answer.status_code == 200
    assert answer.json() == [{"name": "Patas"}]


def test_it_refuses_requests_without_a_key(stack: LocalStack) -> None:
    answer = _ask(stack, "/organizations", None)
    assert answer.status_code == 401
    assert answer.json()["message"] == "No API key found in request"


def test_it_refuses_a_key_that_it_did_not_give(stack: LocalStack) -> None:
    answer = _ask(stack, "/organizations", stack.user_token())
    assert answer.status_code == 401
    assert answer.json()["message"] == "Invalid API key"


def test_a_token_signed_by_somebody_else_is_refused(stack: LocalStack) -> None:
    forged = stack.service_role_key[:-4] + "AAAA"
    assert _ask(stack, "/organizations", stack.anon_key, forged).status_code == 401


def test_it_answers_at_most_a_thousand_rows(database: Connection, organization: Any, supabase_client: Client) -> None:
    database.execute(
        "insert into contacts (organization_id, name) select %s, n::text from generate_series(1, 1001) n",
        [organization],
    )
    query = supabase_client.table("contacts").select("id", count=CountMethod.exact)
    answer = query.eq("organization_id", str(organization)).execute()
    assert len(answer.data) == 1000
    assert answer.count == 1001


def test_requests_after_a_head_request_over_one_connection_are_answered(stack: LocalStack) -> None:
    headers = {"apikey": stack.service_role_key, "Prefer": "count=exact"}
    with httpx.Client(base_url=f"{stack.supabase_url}/rest/v1", headers=headers) as client:
        for _ in range(5):
            head = client.head("/organizations?select=id")
            assert head.status_code in (200, 206)
            assert "content-range" in head.headers
            assert client.get("/organizations?select=id&limit=1").is_success


def test_quoted_and_encoded_filters_arrive_as_they_were_sent(
    database: Connection, organization: Any, supabase_client: Client
) -> None:
    names = ['Ana, "a boa" & cia', "50% (só hoje)", "a/b?c=d#e+f", "Conceição"]
    for name in names:
        database.execute("insert into contacts (organization_id, name) values (%s, %s)", [organization, name])
        found = supabase_client.table("contacts").select("name").eq("name", name).execute()
        assert found.data == [{"name": name}]


def test_public_tables_are_granted_to_the_api_roles_as_supabase_does(
    stack: LocalStack, database: Connection, organization: Any
) -> None:
    assert {"name": "Patas"} in _ask(stack, "/organizations?select=name", stack.anon_key).json()
    granted = database.execute("select has_table_privilege('anon', 'organizations', 'insert') as granted").fetchone()
    assert granted == {"granted": True}


def test_the_service_role_passes_row_level_security_and_users_do_not(stack: LocalStack, database: Connection) -> None:
    name = f"notes_{uuid4().hex[:8]}"
    database.execute(f"create table {name} (owner uuid)")
    try:
        database.execute(f"alter table {name} enable row level security")
        database.execute(f"create policy own on {name} for select to authenticated using (owner = auth.uid())")
        me, other = uuid4(), uuid4()
        database.execute(f"insert into {name} values (%s), (%s)", [me, other])
        stack.migrate()
        assert len(_ask(stack, f"/{name}", stack.service_role_key).json()) == 2
        assert _ask(stack, f"/{name}", stack.anon_key).json() == []
        assert _ask(stack, f"/{name}", stack.anon_key, stack.user_token(sub=str(me))).json() == [{"owner": str(me)}]
    finally:
        database.execute(f"drop table {name}")


def test_the_auth_functions_read_the_request_as_supabase_does(database: Connection) -> None:
    with database.transaction():
        database.execute("""set local request.jwt.claims = '{"sub": "7f1c2d34-0000-4000-8000-000000000001",
                            "role": "authenticated", "app_metadata": {"plan": "x"}}'""")
        row = database.execute(
            "select auth.uid()::text as uid, auth.role() as role, auth.jwt() #>> '{app_metadata,plan}' as plan"
        ).fetchone()
    assert row == {"uid": "7f1c2d34-0000-4000-8000-000000000001", "role": "authenticated", "plan": "x"}
    assert database.execute("select auth.uid() as uid, auth.jwt() as jwt").fetchone() == {"uid": None, "jwt": None}


def test_migrations_run_as_a_role_that_is_no_superuser(database: Connection) -> None:
    row = database.execute("select current_user as who, rolsuper from pg_roles where rolname = current_user").fetchone()
    assert row == {"who": "postgres", "rolsuper": False}


def test_migrating_again_changes_nothing(stack: LocalStack, database: Connection) -> None:
    before = _schema(database)
    stack.migrate()
    assert _schema(database) == before
    assert {"table": "bookings", "column": "start_time", "type": "timestamptz"}.items() <= before["columns"][
        "bookings.start_time"
    ].items()


def _schema(database: Connection) -> dict[str, dict[str, Any]]:
    columns = database.execute(
        'select table_name as "table", column_name as "column", udt_name as type, column_default, is_nullable'
        " from information_schema.columns where table_schema = 'public'"
    ).fetchall()
    functions = database.execute(
        "select oid::regprocedure::text as name, md5(pg_get_functiondef(oid)) as body, proacl::text as acl"
        " from pg_proc where pronamespace = 'public'::regnamespace"
    ).fetchall()
    others = database.execute(
        "select polname as name, polrelid::regclass::text as body from pg_policy"
        " union all select indexname, indexdef from pg_indexes where schemaname = 'public'"
        " union all select conname, pg_get_constraintdef(oid) from pg_constraint"
    ).fetchall()
    return {
        "columns": {f"{row['table']}.{row['column']}": row for row in columns},
        "functions": {row["name"]: row for row in functions},
        "others": {f"{row['name']} {row['body']}": row for row in others},
    }


@pytest.mark.parametrize("part", PARTS)
def test_a_killed_part_comes_back_on_the_same_address_with_the_same_data(
    part: str, stack: LocalStack, organization: Any, redis_client: redis.Redis
) -> None:
    redis_client.set("kept", "yes")
    stack.connect_instances(["kept"])
    # what is written is on disk a second later at the most
    redis_client.waitaof(1, 0, 5000)
    service, address = stack.services[part], stack.environment()
    killed = service.pid

    service.kill()
    assert service.pid is None
    service.start()
    _wait_for_supabase(stack)

    assert service.pid not in (None, killed)
    assert stack.environment() == address
    assert redis.Redis.from_url(stack.redis_url, decode_responses=True).get("kept") == "yes"
    assert _ask(stack, f"/organizations?id=eq.{organization}&select=name", stack.anon_key).json() == [{"name": "Patas"}]
    assert "kept" in [instance["name"] for instance in httpx.get(f"{stack.gateway_url}/sandbox/instances").json()]


def test_no_secret_stands_in_a_process_list(stack: LocalStack) -> None:
    environment = stack.environment()
    secrets = [stack.webhook_secret, stack.service_key]
    secrets += [environment["WHATSAPP_API_KEY"], environment["SUPABASE_SERVICE_ROLE_KEY"]]
    listed = " ".join(word for service in stack.services.values() for word in service.part.argv)
    assert "sandbox.gateway" in listed
    assert not [secret for secret in secrets if secret in listed]


def test_a_stopped_postgrest_is_a_bad_gateway_as_at_supabase(stack: LocalStack) -> None:
    stack.services["postgrest"].stop()
    try:
        assert _ask(stack, "/organizations", stack.service_role_key).status_code == 502
    finally:
        stack.services["postgrest"].start()
    assert _ask(stack, "/organizations", stack.service_role_key).status_code == 200


def test_a_paused_part_holds_its_connections_and_answers_nothing(stack: LocalStack) -> None:
    client = redis.Redis.from_url(stack.redis_url, socket_timeout=0.2, retry=None)
    assert client.ping()
    stack.services["valkey"].pause()
    try:
        with pytest.raises(redis.TimeoutError):
            client.ping()
    finally:
        stack.services["valkey"].resume()
    assert client.ping()
