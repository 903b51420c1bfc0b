"""The figures of metrics and alerts, from the database: each case in a transaction that is rolled back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.rows import dict_row

from sandbox.stack import LocalStack

HOUR = dt.timedelta(hours=1)
DAY = 24 * HOUR


class Books:
    """An otherwise empty database with one organisation and one owner, both `age` old."""

    def __init__(self, connection: psycopg.Connection[dict[str, Any]]) -> None:
        self._connection = connection
        self.run("delete from aurora_proactive_messages")
        self.run("delete from aurora_proactive_pauses")
        self.run("delete from aurora_proactive_campaigns")
        self.run("delete from aurora_proactive_number_health")
        self.run("update organizations set is_active = false")
        self.now = self.run("select now() as now")[0]["now"]

    def run(self, query: str, *values: Any) -> list[dict[str, Any]]:
        cursor = self._connection.execute(query, values)
        return cursor.fetchall() if cursor.description else []

    def owner(self, age: dt.timedelta = 3 * DAY, phone: str | None = "11999998888", zone: str = "UTC") -> UUID:
        organization, since = uuid4(), self.now - age
        self.run("insert into organizations (id, name, timezone, created_at) values (%s, 'x', %s, %s)",
                 organization, zone, since)  # fmt: skip
        self.run("insert into owner_numbers (organization_id, phone, created_at) values (%s, %s, %s)",
                 organization, phone, since)  # fmt: skip
        return organization

    def instance(self, organization: UUID, name: str, status: str) -> None:
        self.run("insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, %s)",
                 organization, name, status)  # fmt: skip

    def message(self, status: str, ago: dt.timedelta, metadata: str = "{}") -> None:
        moment = (self.now - ago).astimezone(dt.UTC).replace(tzinfo=None)
        self.run(
            "insert into aurora_proactive_messages (message_type, status, scheduled_for, created_at, sent_at, metadata)"
            " values ('birthdays', %s, %s, %s, %s, %s)",
            status, moment, moment, moment if status == "sent" else None, metadata,
        )  # fmt: skip

    def snapshot(self, silence: dt.timedelta = DAY) -> dict[str, Any]:
        daily = (self.now.astimezone(dt.UTC) - 3 * HOUR).time()  # the last summary was due three hours ago
        query = "select aurora_proactive_records_snapshot(%s, 'daily_summary', %s) as snapshot"
        (row,) = self.run(query, silence.total_seconds(), daily)
        snapshot: dict[str, Any] = row["snapshot"]
        return snapshot


@pytest.fixture
def books(stack: LocalStack) -> Iterator[Books]:
    with psycopg.connect(stack.dsn, row_factory=dict_row) as connection:
        yield Books(connection)
        connection.rollback()


def test_an_empty_database_has_nothing_to_tell(books: Books) -> None:
    assert books.snapshot() == {
        "instances": {}, "pending": 0, "ended": 0, "failed": 0, "last_sent_seconds": None, "due": False,
        "campaigns": {"campaigns": {}, "paused": {}, "clients": {}, "unsent": {}, "numbers": {}, "instances": []},
        "breakers": {}, "deliveries": {"counts": {}, "judged": 0, "undelivered": 0},
    }  # fmt: skip


def test_what_ended_in_the_last_hour_counts_and_nothing_older(books: Books) -> None:
    for ago in (HOUR / 2, HOUR / 3, 2 * HOUR):
        books.message("sent", ago)
        books.message("failed", ago)
    books.message("pending", HOUR / 2)
    snapshot = books.snapshot()
    assert (snapshot["ended"], snapshot["failed"], snapshot["pending"]) == (4, 2, 1)


def test_a_message_fails_when_it_is_settled_not_when_it_was_begun(books: Books) -> None:
    late = (books.now - HOUR / 2).timestamp()
    early = (books.now - 2 * HOUR).timestamp()
    books.message("failed", 5 * HOUR, f'{{"touched": {late}}}')
    books.message("failed", 5 * HOUR, f'{{"touched": {early}}}')
    assert books.snapshot()["failed"] == 1


def test_the_last_message_sent_is_the_youngest(books: Books) -> None:
    books.message("sent", 5 * HOUR)
    books.message("sent", 30 * HOUR)
    books.message("failed", HOUR)
    assert books.snapshot()["last_sent_seconds"] == pytest.approx(5 * 3600, abs=1)


@pytest.mark.parametrize(("status", "due"), [("pending", True), ("failed", True), ("sent", False)])
def test_a_message_that_was_not_sent_was_due(books: Books, status: str, due: bool) -> None:
    books.message(status, 5 * HOUR)
    assert books.snapshot()["due"] is due


@pytest.mark.parametrize("ago", [HOUR / 2, 30 * HOUR])
def test_what_has_just_become_due_or_is_long_over_is_not_missed(books: Books, ago: dt.timedelta) -> None:
    books.message("pending", ago)
    assert books.snapshot()["due"] is False


def test_an_owners_summary_was_due_without_any_record_of_it(books: Books) -> None:
    books.owner()
    assert books.snapshot()["due"] is False  # the worker has just been installed
    books.message("sent", 40 * HOUR)
    assert books.snapshot()["due"] is True
    assert books.snapshot(silence=2 * HOUR)["due"] is False


@pytest.mark.parametrize("phone", [None, "", "sem telefone"])
def test_an_owner_who_cannot_be_reached_misses_nothing(books: Books, phone: str | None) -> None:
    books.message("sent", 40 * HOUR)
    books.owner(phone=phone)
    assert books.snapshot()["due"] is False


def test_an_owner_who_has_just_come_misses_nothing(books: Books) -> None:
    books.message("sent", 40 * HOUR)
    books.owner(age=HOUR)
    assert books.snapshot()["due"] is False


@pytest.mark.parametrize(
    ("ours", "type_", "due"),
    [(True, None, False), (True, "daily_summary", False), (False, None, False), (True, "birthdays", True)],
)
def test_what_somebody_paused_is_not_missed(books: Books, ours: bool, type_: str | None, due: bool) -> None:
    books.message("sent", 40 * HOUR)
    organization = books.owner()
    books.run("select aurora_proactive_pause(%s, %s, 'x')", organization if ours else None, type_)
    assert books.snapshot()["due"] is due


def test_switched_off_owners_and_organisations_miss_nothing(books: Books) -> None:
    books.message("sent", 40 * HOUR)
    organization = books.owner()
    assert books.snapshot()["due"] is True
    books.run("update owner_numbers set aurora_enabled = false where organization_id = %s", organization)
    assert books.snapshot()["due"] is False


def test_instances_of_active_organisations_are_counted_by_state(books: Books) -> None:
    ours = books.owner()
    for number, state in enumerate(("connected", "connected", "logged_out")):
        books.run("insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, %s)",
                  ours, f"i{number}", state)  # fmt: skip
    assert books.snapshot()["instances"] == {"connected": 2, "logged_out": 1}


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_nobody_but_the_worker_may_ask(books: Books, role: str) -> None:
    books.run(f"set local role {role}")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        books.run("select aurora_proactive_records_snapshot(60, 'daily_summary', '18:00')")


def test_what_became_of_messages_is_judged_where_it_would_be_told(books: Books) -> None:
    minute = dt.timedelta(minutes=1)
    telling, mute = books.owner(), books.owner()
    for organization, name in ((telling, "tells"), (mute, "mute")):
        books.instance(organization, name, "connected")
    books.run("insert into aurora_proactive_instances (instance_name, acknowledged_at) values ('tells', now())")
    told = [("refused", 20), ("silent", 30), ("read", 40), ("accepted", 5), ("refused", 80)]
    for organization in (telling, mute):
        for delivery, ago in told:
            key = {"refused": "error_at", "read": "read_at"}.get(delivery)
            receipts = f', "receipts": {{"{key}": "x"}}' if key else ""
            books.message("sent", ago * minute, f'{{"delivery": "{delivery}"{receipts}}}')
            books.run("update aurora_proactive_messages set organization_id = %s where organization_id is null",
                      organization)  # fmt: skip
    found = books.snapshot()["deliveries"]
    assert found["counts"] == {"refused": 2, "silent": 2, "read": 2, "accepted": 2}
    assert (found["judged"], found["undelivered"]) == (3, 2)


def test_an_instance_is_what_was_told_last_and_a_stopped_one_is_counted_by_its_cause(books: Books) -> None:
    organization = books.owner()
    for name, status in (("a", "connected"), ("b", "connected"), ("c", "disconnected")):
        books.instance(organization, name, status)
    books.run("insert into aurora_proactive_instances (instance_name, state, since) values"
              " ('a', 'close', now() - interval '1 hour'), ('c', 'open', now() - interval '1 hour')")  # fmt: skip
    books.run("select aurora_proactive_stop_instance('a', 'banned', now(), now() + '1 h', now() + '1 d'),"
              " aurora_proactive_stop_instance('b', 'silent', now(), now(), now() - interval '1 s')")  # fmt: skip
    found = books.snapshot()
    assert found["instances"] == {"disconnected": 1, "connected": 2}
    assert found["breakers"] == {"banned": 1}
