"""Who may see and change records: an organisation's members read their own, and nobody but the worker writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from sandbox.stack import LocalStack
from tests.records.conftest import NOON, Business, Connection, new_business, remove, sql_settle

TABLE = "aurora_proactive_messages"
REFUSED = {401, 403}


@pytest.fixture
def two(database: Connection) -> Iterator[tuple[Business, Business]]:
    """Two organisations with a sent message each."""
    both = new_business(database), new_business(database)
    for business in both:
        sql_settle(database, business.entry().row("sent", at=NOON))
    yield both
    for business in both:
        remove(database, business)


def ask(stack: LocalStack, method: str, token: str | None, query: str = "", body: Any = None) -> httpx.Response:
    headers = {"apikey": stack.anon_key, "Prefer": "return=representation"}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    url = f"{stack.supabase_url}/rest/v1/{TABLE}{query}"
    return httpx.request(method, url, json=body, headers=headers, trust_env=False)


def member(stack: LocalStack, organization: UUID | str) -> str:
    return stack.user_token(sub=str(uuid4()), app_metadata={"organization_id": str(organization)})


def test_a_member_reads_its_own_organisations_messages_and_no_others(
    stack: LocalStack, two: tuple[Business, Business]
) -> None:
    for business in two:
        answer = ask(stack, "GET", member(stack, business.organization))
        assert answer.status_code == 200
        assert {row["organization_id"] for row in answer.json()} == {str(business.organization)}


def test_a_member_who_asks_for_anothers_gets_nothing(stack: LocalStack, two: tuple[Business, Business]) -> None:
    mine, other = two
    assert ask(stack, "GET", member(stack, mine.organization), f"?organization_id=eq.{other.organization}").json() == []


def test_a_session_that_names_no_organisation_reads_nothing(stack: LocalStack, two: tuple[Business, Business]) -> None:
    organization = str(two[0].organization)
    tokens = [
        stack.user_token(sub=organization),
        stack.user_token(sub=organization, user_metadata={"organization_id": organization}),
        stack.user_token(sub=organization, organization_id=organization),
        stack.user_token(sub=organization, app_metadata={"organization_id": None}),
        stack.user_token(sub=organization, app_metadata={}),
        member(stack, ""),
        member(stack, "%"),
    ]
    assert [ask(stack, "GET", token).json() for token in tokens] == [[]] * len(tokens)


def test_anybody_without_a_session_is_refused(stack: LocalStack, two: tuple[Business, Business]) -> None:
    for method in ("GET", "POST", "PATCH", "DELETE"):
        answer = ask(stack, method, None, f"?organization_id=eq.{two[0].organization}", {"content": "x"})
        assert answer.status_code in REFUSED, method


def test_a_member_can_neither_write_nor_change_nor_delete(
    stack: LocalStack, database: Connection, two: tuple[Business, Business]
) -> None:
    business = two[0]
    token, own = member(stack, business.organization), f"?organization_id=eq.{business.organization}"
    row = business.entry().row("sent", at=NOON)
    assert ask(stack, "POST", token, "", row).status_code in REFUSED
    assert ask(stack, "PATCH", token, own, {"content": "x"}).status_code in REFUSED
    assert ask(stack, "DELETE", token, own).status_code in REFUSED
    kept = database.execute(
        f"select content from {TABLE} where organization_id = %s", [business.organization]
    ).fetchall()
    assert kept == [{"content": "Olá!"}]


def test_the_service_role_reads_everybodys(stack: LocalStack, two: tuple[Business, Business]) -> None:
    ids = ",".join(str(business.organization) for business in two)
    headers = {"apikey": stack.service_role_key}
    url = f"{stack.supabase_url}/rest/v1/{TABLE}?organization_id=in.({ids})"
    assert len(httpx.get(url, headers=headers, trust_env=False).json()) == 2


def test_a_member_reads_its_own_organisations_campaigns_and_nothing_else_of_them(
    stack: LocalStack, database: Connection, two: tuple[Business, Business]
) -> None:
    for business in two:
        database.execute(
            "insert into aurora_proactive_campaigns (id, organization_id, source, source_key, status, valid_until)"
            " values (%s, %s, 'inactive_clients', 'x', 'offered', now())",
            [uuid4(), business.organization],
        )
    for business in two:
        headers = {"apikey": stack.anon_key, "Authorization": f"Bearer {member(stack, business.organization)}"}
        rest = f"{stack.supabase_url}/rest/v1/aurora_proactive"
        answer = httpx.get(f"{rest}_campaigns", headers=headers, trust_env=False)
        assert [row["organization_id"] for row in answer.json()] == [str(business.organization)]
        for table in ("campaign_recipients", "opt_outs", "consents", "questions", "campaign_settings"):
            refused = httpx.get(f"{rest}_{table}", headers=headers, trust_env=False)
            assert refused.status_code in REFUSED, table
        written = httpx.patch(f"{rest}_campaigns", headers=headers, json={"status": "done"}, trust_env=False)
        assert written.status_code in REFUSED
    database.execute(
        "delete from aurora_proactive_campaigns where organization_id = any (%s)",
        [[business.organization for business in two]],
    )


def test_no_function_of_ours_can_be_called_by_anybody_but_the_service_role(database: Connection) -> None:
    functions = database.execute("""
        select p.oid::regprocedure::text as name, p.prosecdef as definer,
               coalesce(array_to_string(p.proconfig, ','), '') as config,
               has_function_privilege('service_role', p.oid, 'execute') as ours,
               has_function_privilege('anon', p.oid, 'execute')
                 or has_function_privilege('authenticated', p.oid, 'execute')
                 or exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                             where a.grantee = 0) as others
          from pg_proc p where p.pronamespace = 'public'::regnamespace and p.proname like 'aurora\\_proactive\\_%'
    """).fetchall()
    assert len(functions) >= 15
    assert [f["name"] for f in functions if f["others"]] == []
    assert [f["name"] for f in functions if not f["ours"]] == []
    assert [f["name"] for f in functions if f["definer"]] == []


def test_every_table_of_ours_is_under_row_level_security_and_only_ours_to_write(database: Connection) -> None:
    tables = database.execute("""
        select c.relname as name, c.relrowsecurity as secured,
               has_table_privilege('anon', c.oid, 'select, insert, update, delete, truncate, references, trigger')
                 as anon,
               has_table_privilege('authenticated', c.oid, 'insert, update, delete, truncate, references, trigger')
                 as member,
               has_table_privilege('service_role', c.oid, 'insert') as ours
          from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm', 'p')
           and c.relname like 'aurora\\_proactive\\_%'
    """).fetchall()
    assert TABLE in {table["name"] for table in tables}
    for table in tables:
        assert (table["secured"], table["anon"], table["member"], table["ours"]) == (True, False, False, True), table
