"""The other product in the place of ours: the worker sends all six messages, and nobody else reads the views."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from typing import Any
from unittest import mock
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from proactive.app import build
from proactive.doctor.finding import CheckState
from proactive.doctor.rest import SupabaseRest
from proactive.doctor.supabase_checks import supabase_findings
from proactive.message_types.registry import MESSAGE_TYPES
from proactive.message_types.told import ToldFacts
from proactive.model.recipient import Recipient
from proactive.model.task import Attempt, Task
from proactive.pipeline.batch import Batch, WorkItem
from proactive.settings import Settings
from proactive.storage.supabase import Database, connect
from sandbox.gateway.client import Sandbox
from sandbox.stack import LocalStack
from tests.support.another_product import KINDS, busy_shop, renumbered, stand_in, take_away, uuid_of, write
from tests.support.oracle import Rows
from tests.support.world import fresh_redis

COMPUTED = [name for name, type_ in MESSAGE_TYPES.items() if not issubclass(type_.facts, ToldFacts)]
CAMPAIGN = {"campaign_type": "promocional", "target_audience": "all", "message": None}


INSTANCE = "loja-7"


@pytest.fixture(scope="module")
def joined(stack: LocalStack) -> Iterator[LocalStack]:
    """The session's stack with the other product in the place of ours, for everybody, as long as the fixture lives."""
    with psycopg.connect(stack.dsn, autocommit=True) as database:
        with database.transaction():
            stand_in(database)
        try:
            yield stack
        finally:
            take_away(database)


@pytest.fixture(scope="module")
def rows(joined: LocalStack) -> Rows:
    """A business of the other product, under the ids that the views show."""
    made = renumbered(busy_shop(dt.datetime.now(dt.UTC), INSTANCE).rows)
    with psycopg.connect(joined.dsn, autocommit=True) as database:
        write(database, made)
    return made


def test_the_migration_applies_over_views(joined: LocalStack) -> None:
    joined.migrate()


def test_all_six_messages_are_sent(joined: LocalStack, rows: Rows) -> None:
    sandbox = Sandbox(joined.gateway_url, joined.state.gateway_key)
    sandbox.instance(INSTANCE)
    fresh_redis(joined.redis_url).close()
    with mock.patch.dict(os.environ, joined.environment()):
        application = build(Settings(_env_file=None))
    organization, owner = rows.organizations[0]["id"], rows.owner_numbers[0]["id"]
    results = application.pipeline.run(Batch([item(name, organization, owner) for name in COMPUTED]))
    assert [getattr(result.outcome, "action", result.outcome) for result in results] == ["sent"] * 6
    sent = sandbox.messages(instance=INSTANCE)
    assert {message["number"] for message in sent} == {"5511999998888"}
    assert any("Rex 0 (tutor: Maria 0 - 11999998888)" in message["text"] for message in sent)
    member = joined.user_token(sub=str(uuid4()), app_metadata={"organization_id": str(organization)})
    assert len(read(joined, "aurora_proactive_messages?select=id", member).json()) == 6
    stranger = joined.user_token(sub=str(uuid4()), app_metadata={"organization_id": str(uuid_of(1, 11))})
    assert read(joined, "aurora_proactive_messages?select=id", stranger).json() == []


def item(name: str, organization: UUID, owner: UUID) -> WorkItem:
    """A message of a type, asked for by hand."""
    now = dt.datetime.now(dt.UTC)
    own = {"key": str(uuid4()), "data": CAMPAIGN} if name == "custom_campaign" else {"key": now.date().isoformat()}
    task: dict[str, Any] = {"type": name, "organization_id": organization, "timezone": "America/Sao_Paulo", **own}
    return WorkItem(
        Task(recipient=Recipient.owner(owner), by_hand=True, scheduled_for=now, **task), Attempt(f"job-{name}")
    )


def test_the_doctor_finds_nothing_wrong_with_the_views(joined: LocalStack, rows: Rows) -> None:
    joined.migrate()  # PostgREST reads the schema again: it knows the views by their columns then
    database = Database(connect(joined.supabase_url, joined.service_role_key, 10))
    rest = SupabaseRest(joined.supabase_url, joined.service_role_key, 10)
    found = supabase_findings(rest, "here", joined.service_role_key, database)
    rest.close()
    assert {each.code for each in found} >= {"product_tables.ok", "row_counts.ok", "time_zones.ok", "odd_values.ok"}
    assert {each.state for each in found} == {CheckState.OK}
    assert len(rows.organizations) == 1


def test_nobody_but_the_worker_reads_the_views(joined: LocalStack) -> None:
    user = joined.user_token(sub=str(uuid4()), app_metadata={"organization_id": str(uuid_of(1, 10))})
    for view in KINDS:
        assert read(joined, f"{view}?select=id", joined.service_role_key).status_code == httpx.codes.OK, view
        for token in (joined.anon_key, user):
            assert read(joined, f"{view}?select=id", token).status_code in (401, 403), view


def test_the_tables_beneath_keep_their_row_level_security(joined: LocalStack, rows: Rows) -> None:
    user = joined.user_token(sub=str(uuid4()))
    with psycopg.connect(joined.dsn, autocommit=True) as database:
        database.execute("grant select on contacts to authenticated")
        database.execute("alter table tutores enable row level security")
        try:
            assert read(joined, "contacts?select=id", user).json() == []
            assert len(read(joined, "contacts?select=id", joined.service_role_key).json()) == len(rows.contacts)
        finally:
            database.execute("alter table tutores disable row level security")
            database.execute("revoke select on contacts from authenticated")


def read(stack: LocalStack, path: str, token: str) -> httpx.Response:
    headers = {"apikey": stack.anon_key, "Authorization": f"Bearer {token}"}
    return httpx.get(f"{stack.supabase_url}/rest/v1/{path}", headers=headers, trust_env=False)
