"""Reading what goes out next: one request of the database whatever the number of organisations, in pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from unittest import mock
from uuid import UUID, uuid4

import psycopg
import pytest
import redis

from proactive.model.quiet_hours import QuietHours
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonQueue
from proactive.storage.supabase import Database
from proactive.upcoming.reader import UpcomingReader

Connection = psycopg.Connection[dict[str, Any]]
NOW = dt.datetime(2031, 6, 5, 15, tzinfo=dt.UTC)
QUIET = QuietHours(dt.time(21), dt.time(8))


@pytest.fixture
def shops(database: Connection) -> Iterator[list[UUID]]:
    """Three organisations with an owner, by id; the last is not active."""
    ids = sorted(uuid4() for _ in range(3))
    for place, id_ in enumerate(ids):
        database.execute(
            "insert into organizations (id, name, is_active) values (%s, %s, %s)",
            [id_, f"Pé de Anjo {place}", place < 2],
        )
        database.execute(
            "insert into owner_numbers (organization_id, name, phone) values (%s, 'Ana', '11999998888')", [id_]
        )
        database.execute(
            "insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, 'connected')",
            [id_, f"reader-{id_}"],
        )
    yield ids
    for table in ("whatsapp_instances", "owner_numbers"):
        database.execute(f"delete from {table} where organization_id = any(%s)", [ids])
    database.execute("delete from organizations where id = any(%s)", [ids])


@pytest.fixture
def reader(supabase: Database, redis_client: redis.Redis) -> UpcomingReader:
    return UpcomingReader(supabase, JsonQueue(connection=redis_client), QUIET)


def test_an_organisation_has_its_week_and_one_that_is_not_there_has_none(
    reader: UpcomingReader, shops: list[UUID]
) -> None:
    found = reader.of(shops[0], NOW)
    assert found is not None
    assert (found.name, found.timezone) == ("Pé de Anjo 0", "America/Sao_Paulo")
    # on Saturday nobody is told of an empty Sunday, on which the shop is closed
    assert {(each.status, each.why.code if each.why else None) for each in found.messages} == {
        ("planned", None), ("off", "closed_tomorrow"),
    }  # fmt: skip
    gone = reader.of(shops[2], NOW)
    assert gone is not None
    assert {each.why and each.why.code for each in gone.messages} == {"organization_inactive"}
    assert reader.of(uuid4(), NOW) is None


def test_a_page_is_one_request_and_has_the_active_ones_by_id(reader: UpcomingReader, shops: list[UUID]) -> None:
    with mock.patch.object(Database, "call", autospec=True, side_effect=Database.call) as calls:
        found = reader.page("PE DE ANJO", None, 10, NOW)
    assert calls.call_count == 1
    assert [each.organization for each in found] == shops[:2]
    assert [each.organization for each in reader.page("pé de anjo", shops[0], 10, NOW)] == shops[1:2]
    assert [each.organization for each in reader.page("pé de anjo", None, 1, NOW)] == shops[:1]
    assert reader.page("nobody's", None, 10, NOW) == []


def test_what_people_asked_for_is_found_among_all_that_waits(
    reader: UpcomingReader, redis_client: redis.Redis, shops: list[UUID], database: Connection
) -> None:
    rows = database.execute(
        "select id, organization_id from owner_numbers where organization_id = any(%s)", [shops]
    ).fetchall()
    owners, queue = {row["organization_id"]: row["id"] for row in rows}, JsonQueue(connection=redis_client)

    def ask(shop: UUID, type_: str, key: str, hours: int, *, by_hand: bool = True) -> str:
        data = {"campaign_type": "x", "target_audience": "vip"} if type_ == "custom_campaign" else {}
        task = Task(
            type=type_, organization_id=shop, recipient=Recipient.owner(owners[shop]), key=key, data=data,
            scheduled_for=NOW + dt.timedelta(hours=hours), timezone="America/Sao_Paulo", by_hand=by_hand,
        )  # fmt: skip
        return enqueue(queue, task, task.scheduled_for).id

    birthdays = ask(shops[0], "birthdays", "2031-06-06", 1)  # of tomorrow, asked for today
    campaign = ask(shops[0], "custom_campaign", "natal", 2)
    ask(shops[1], "custom_campaign", "natal", 2)
    ask(shops[0], "daily_summary", "2031-06-05", 5, by_hand=False)  # its tick's, at a chosen time
    ask(shops[0], "custom_campaign", "later", 24 * 8)
    found = reader.of(shops[0], NOW)
    assert found is not None
    assert {each.job_id: each.at for each in found.messages if each.job_id} == {
        birthdays: NOW + dt.timedelta(hours=1), campaign: NOW + dt.timedelta(hours=2),
    }  # fmt: skip
