"""Rows that wait in Redis, and records, lose their words when their time is over; that they were sent stays."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import redis

from proactive.model.durations import KEPT_ROW_REFUSED, KEPT_ROW_WORDS
from proactive.records.outbox import Outbox
from proactive.records.retention import RecordRetention
from proactive.storage.redis import FORGOTTEN_UNTIL, OUTBOX, OUTBOX_REFUSED
from proactive.storage.supabase import Database
from tests.records.conftest import NOON, Business

Connection = psycopg.Connection[dict[str, Any]]
NOWHERE = UUID(int=0)
WORDS = ("Dona Célia", "5511999998888", "listed-id")


def kept_row(**changes: Any) -> dict[str, Any]:
    """A row with words everywhere where a row can have some."""
    entry = Business(NOWHERE, NOWHERE).entry()
    metadata = entry.metadata | {"data": {"message": WORDS[0]}, "facts": {"reach": 3, "listed": [WORDS[2]]}}
    row = replace(entry, content=f"Olá, {WORDS[0]}", metadata=metadata).row("sent", at=NOON)
    row["metadata"]["remote_jid"] = f"{WORDS[1]}@s.whatsapp.net"
    return row | {"id": str(uuid4())} | changes


def after(row: dict[str, Any], seconds: float) -> dt.datetime:
    return dt.datetime.fromisoformat(row["scheduled_for"]) + dt.timedelta(seconds=seconds)


@pytest.fixture
def retention(redis_client: redis.Redis, supabase: Database) -> RecordRetention:
    return RecordRetention(redis_client, supabase, 30)


@pytest.mark.parametrize("key", [OUTBOX, OUTBOX_REFUSED])
def test_a_kept_row_loses_its_words_and_nothing_else(
    redis_client: redis.Redis, retention: RecordRetention, key: str
) -> None:
    row = kept_row()
    redis_client.hset(key, row["id"], json.dumps(row))
    assert retention.forget_kept(after(row, KEPT_ROW_WORDS - 1)) == 0
    assert retention.forget_kept(after(row, KEPT_ROW_WORDS + 1)) == 1
    assert retention.forget_kept(after(row, KEPT_ROW_WORDS + 1)) == 0
    raw = redis_client.hget(key, row["id"])
    assert raw is not None
    assert not [word for word in WORDS if word in json.dumps(json.loads(raw), ensure_ascii=False)]
    left = json.loads(raw)
    assert {name for name in row if left[name] != row[name]} == {"content", "metadata"}
    assert left["metadata"]["facts"] == {"reach": 3}


def test_a_row_that_supabase_never_takes_goes_in_the_end(redis_client: redis.Redis, retention: RecordRetention) -> None:
    row = kept_row()
    for key in (OUTBOX, OUTBOX_REFUSED):
        redis_client.hset(key, row["id"], json.dumps(row))
    retention.forget_kept(after(row, KEPT_ROW_REFUSED + 1))
    assert (redis_client.hlen(OUTBOX), redis_client.hlen(OUTBOX_REFUSED)) == (1, 0)


@pytest.mark.parametrize("odd", [b"", b"x", b"[]", b"{}", b'{"scheduled_for": null}', b'{"scheduled_for": "soon"}'])
def test_what_is_no_row_keeps_no_other_from_being_forgotten(
    redis_client: redis.Redis, retention: RecordRetention, odd: bytes
) -> None:
    row = kept_row()
    redis_client.hset(OUTBOX, "odd", odd)
    redis_client.hset(OUTBOX, row["id"], json.dumps(row))
    assert retention.forget_kept(after(row, KEPT_ROW_WORDS + 1)) == 1
    assert redis_client.hget(OUTBOX, "odd") == odd


def test_a_row_without_words_is_written_when_supabase_is_back(
    redis_client: redis.Redis, retention: RecordRetention
) -> None:
    row, written = kept_row(), list[dict[str, Any]]()
    redis_client.hset(OUTBOX, row["id"], json.dumps(row))
    retention.forget_kept(after(row, KEPT_ROW_WORDS + 1))
    outbox = Outbox(redis_client)
    assert outbox.flush(written.extend) == 1
    assert (written[0]["id"], written[0]["status"], written[0]["content"]) == (row["id"], "sent", None)
    assert len(outbox) == 0


def written(database: Connection, business: Business, days: float, metadata: object = None) -> UUID:
    message_id = uuid4()
    row = kept_row()["metadata"] if metadata is None else metadata
    database.execute(
        """insert into aurora_proactive_messages
             (id, organization_id, owner_number_id, message_type, content, status, metadata, created_at)
           values (%s, %s, %s, 'custom_campaign', 'Olá, Dona Célia', 'sent', %s,
                   now() at time zone 'utc' - make_interval(secs => %s))""",
        [message_id, business.organization, business.owner, json.dumps(row), days * 86400],
    )
    return message_id


def read(database: Connection, message_id: UUID) -> dict[str, Any]:
    row = database.execute("select * from aurora_proactive_messages where id = %s", [message_id]).fetchone()
    assert row is not None
    return row


def test_records_lose_their_words_after_their_days(
    database: Connection, business: Business, retention: RecordRetention
) -> None:
    old, young = written(database, business, 30.1), written(database, business, 29.9)
    before = read(database, old)
    assert retention.forget_written() >= 1
    left = read(database, old)
    assert not [word for word in WORDS if word in json.dumps(left, default=str, ensure_ascii=False)]
    assert {name for name in before if left[name] != before[name]} == {"content", "metadata"}
    assert set(before["metadata"]) - set(left["metadata"]) == {"data", "remote_jid"}
    assert WORDS[0] in read(database, young)["content"]
    assert retention.forget_written() == 0


def test_each_record_is_looked_at_once(
    database: Connection, business: Business, retention: RecordRetention, redis_client: redis.Redis
) -> None:
    for number in range(1200):
        written(database, business, 40 + number / 1000)
    same = [written(database, business, 35) for _ in range(3)]
    assert retention.forget_written() >= 1203
    assert redis_client.get(FORGOTTEN_UNTIL)
    assert retention.forget_written() == 0
    assert [read(database, each)["content"] for each in same] == [None] * 3


@pytest.mark.parametrize("metadata", [{}, [], 7, "x", {"facts": 1}, {"facts": ["listed"]}, {"facts": None}])
def test_odd_metadata_keep_no_record_from_being_forgotten(
    database: Connection, business: Business, retention: RecordRetention, metadata: object
) -> None:
    odd = written(database, business, 31, metadata)
    retention.forget_written()
    assert read(database, odd)["content"] is None


def test_zero_days_forget_nothing(
    database: Connection, business: Business, supabase: Database, redis_client: redis.Redis
) -> None:
    old = written(database, business, 4000)
    assert RecordRetention(redis_client, supabase, 0).forget_written() == 0
    assert read(database, old)["content"]


def test_what_was_counted_stays_counted(database: Connection, business: Business, retention: RecordRetention) -> None:
    written(database, business, 31)
    query = "select sum(sent) as n from aurora_proactive_hours where organization_id = %s"
    before = database.execute(query, [business.organization]).fetchone()
    retention.forget_written()
    assert database.execute(query, [business.organization]).fetchone() == before
