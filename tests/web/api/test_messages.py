"""Messages through the API: paged without gaps, filtered by type, status and date, and sent again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import redis

from proactive.app import Application
from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from sandbox.stack import LocalStack
from tests.support.world import Business, World
from tests.web.conftest import Client, assert_problem

START = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
TYPES = list(MESSAGE_TYPES)


@pytest.fixture(scope="module")
def history(world: World, stack: LocalStack) -> Business:
    """A business with 60 messages, an hour apart, three to a moment."""
    business = world.business()
    rows = [
        (uuid4(), business.organization, business.owner, TYPES[number % 6], START + dt.timedelta(hours=number // 3),
         ("sent", "failed", "pending")[number % 4 % 3])
        for number in range(60)
    ]  # fmt: skip
    with psycopg.connect(stack.dsn) as connection, connection.cursor() as cursor:
        cursor.executemany(
            """insert into aurora_proactive_messages
                 (id, organization_id, owner_number_id, message_type, created_at, status, content, metadata)
               values (%s, %s, %s, %s, %s at time zone 'UTC', %s, 'text',
                 '{"attempts": 1, "facts": {"bookings": 3}, "remote_jid": "5511999998888@s.whatsapp.net"}')""",
            rows,
        )
    return business


def pages(client: Client, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = client.get(f"/messages?{query}{cursor}").json()
        found += page["messages"]
        if page["nextCursor"] is None:
            return found
        cursor = f"&cursor={page['nextCursor']}"


@pytest.mark.parametrize("limit", [1, 7, 20, 60, 200])
def test_pages_hold_every_message_once_newest_first(
    as_user: Callable[..., Client], history: Business, limit: int
) -> None:
    found = pages(as_user(history), f"limit={limit}")
    assert len({row["id"] for row in found}) == len(found) == 60
    order = [(row["createdAt"], row["id"]) for row in found]
    assert order == sorted(order, reverse=True)


def test_filters_narrow_and_pages_keep_them(as_user: Callable[..., Client], history: Business) -> None:
    user = as_user(history)
    everything = pages(user, "limit=200")
    for name in ("type", "status"):
        for value in {row[name] for row in everything}:
            expected = [row for row in everything if row[name] == value]
            assert pages(user, f"limit=4&{name}={value}") == expected
    both = [row for row in everything if row["type"] == "birthdays" and row["status"] == "sent"]
    assert pages(user, "type=birthdays&status=sent") == both


def test_days_are_the_organisations_and_instants_are_instants(
    as_user: Callable[..., Client], history: Business
) -> None:
    user = as_user(history)
    # São Paulo is three hours behind: its 20 November ends at 03:00 UTC
    assert len(pages(user, "to=2026-11-20")) == 45
    assert len(pages(user, "from=2026-11-21")) == 15
    assert len(pages(user, "from=2026-11-20T12:00:00Z&to=2026-11-20T13:00:00Z")) == 3
    assert len(pages(user, "from=2026-11-20T09:00:00-03:00&to=2026-11-20T11:00:00-03:00")) == 6
    assert pages(user, "from=2026-11-23") == []


def test_a_service_key_reads_one_organisation_or_all(service: Client, history: Business, world: World) -> None:
    assert len(pages(service, f"organizationId={history.organization}")) == 60
    assert len(pages(service, "limit=200")) >= 60
    assert pages(service, f"organizationId={world.business().organization}") == []


def test_one_message_is_whole_and_shows_no_number(as_user: Callable[..., Client], history: Business) -> None:
    user = as_user(history)
    listed = pages(user, "limit=1")[0]
    whole = user.get(f"/messages/{listed['id']}").json()
    assert {name: whole[name] for name in listed} == listed
    assert (whole["content"], whole["facts"], whole["receipts"]) == ("text", {"bookings": 3}, {})
    assert "99998888" not in str(whole)
    assert_problem(user.get(f"/messages/{uuid4()}"), 404)
    assert_problem(user.get("/messages/x"), 422)


def task(business: Business, key: str) -> Task:
    return Task(
        type="daily_summary", organization_id=business.organization, recipient=Recipient.owner(business.owner), key=key,
        scheduled_for=START, timezone="America/Sao_Paulo", by_hand=True,
    )  # fmt: skip


def test_a_failed_message_is_requeued_once(
    as_user: Callable[..., Client], world: World, stack: LocalStack, application: Application, queue: redis.Redis
) -> None:
    business = world.business()
    message_id = task(business, "2026-11-20").occurrence.id
    metadata = '{"occurrence": "2026-11-20", "timezone": "America/Sao_Paulo", "attempts": 3, "job_id": "first"}'
    with psycopg.connect(stack.dsn) as connection:
        connection.execute(
            """insert into aurora_proactive_messages (id, organization_id, owner_number_id, message_type, scheduled_for,
                 status, error_message, metadata)
               values (%s, %s, %s, 'daily_summary', now(), 'failed', 'instance_disconnected', %s)""",
            [message_id, business.organization, business.owner, metadata],
        )
    user = as_user(business)
    answer = user.post(f"/messages/{message_id}/requeue")
    assert answer.status_code == 202
    assert answer.json()["messageId"] == str(message_id)
    assert application.queue.get_job_ids() == [answer.json()["jobId"]]
    assert user.get(f"/messages/{message_id}").json()["status"] == "pending"
    assert "pending" in assert_problem(user.post(f"/messages/{message_id}/requeue"), 409)["detail"]
