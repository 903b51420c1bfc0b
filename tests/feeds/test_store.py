"""Whose turn it is to be read, and what becomes of what was read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from proactive.feeds.store import FeedStore
from proactive.storage.supabase import Database
from sandbox.stack import LocalStack
from tests.support.world import World

Connection = psycopg.Connection[dict[str, Any]]
Add = Callable[[], str]
NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
ZONE = "America/Sao_Paulo"
EVENT = {"first_day": "2026-06-04", "last_day": "2026-06-05", "title": "Folga"}
BUSY = {"starts_at": "2026-06-04T12:00:00Z", "ends_at": "2026-06-04T13:00:00Z"}


@pytest.fixture
def store(supabase: Database, database: Connection) -> FeedStore:
    database.execute("truncate aurora_proactive_feeds cascade")
    return FeedStore(supabase)


@pytest.fixture
def add(stack: LocalStack, store: FeedStore) -> Add:
    """Adds a feed of a new business; its id."""
    business = World(stack).business(status=None)

    def added() -> str:
        feed = {"purpose": "closures", "address": "sealed", "address_key": "k", "host": "example.com"}
        return str(store.add(business.organization, feed, [], "key:test", "api", NOW)["id"])

    return added


def after(**length: float) -> dt.datetime:
    return NOW + dt.timedelta(**length)


def good(*events: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"zone": ZONE, "events": list(events), "etag": '"1"', "refused": [], "ignored": []} | fields


def read(store: FeedStore, result: dict[str, Any], at: dt.datetime = NOW) -> str:
    (feed,) = store.take("reader", 60, 10, at)
    return store.keep(feed["id"], "reader", result, at)


def row_of(database: Connection, feed: str) -> dict[str, Any]:
    row = database.execute("select * from aurora_proactive_feeds where id = %s", [feed]).fetchone()
    assert row is not None
    return row


def events_of(database: Connection, feed: str) -> list[dict[str, Any]]:
    query = "select all_day, first_day, last_day, starts_at, ends_at, title from aurora_proactive_feed_events"
    return database.execute(f"{query} where feed_id = %s order by id", [feed]).fetchall()


def test_a_feed_is_taken_once_and_again_when_its_reader_is_lost(store: FeedStore, add: Add) -> None:
    id_ = add()
    (taken,) = store.take("one", 60, 10, NOW)
    assert (taken["id"], taken["address"], taken["purpose"], taken["zone"]) == (id_, "sealed", "closures", ZONE)
    assert store.take("two", 60, 10, after(seconds=59)) == []
    assert [feed["id"] for feed in store.take("two", 60, 10, after(seconds=60))] == [id_]
    assert store.keep(id_, "one", good(EVENT), after(seconds=61)) == "lost"
    assert store.keep(id_, "two", good(EVENT), after(seconds=61)) == "kept"
    assert store.take("two", 60, 10, after(seconds=62)) == []


def test_at_most_so_many_are_taken_at_once_the_longest_due_first(store: FeedStore, add: Add) -> None:
    ids = [add() for _ in range(3)]
    first = {feed["id"] for feed in store.take("one", 60, 2, NOW)}
    assert len(first) == 2 and {feed["id"] for feed in store.take("two", 60, 2, NOW)} == set(ids) - first


def test_a_good_read_replaces_everything(store: FeedStore, add: Add, database: Connection) -> None:
    id_ = add()
    refused = [{"title": "Plantão", "reason": "frequency"}]
    assert read(store, good(EVENT, BUSY, refused=refused)) == "kept"
    kept = events_of(database, id_)
    assert [event["all_day"] for event in kept] == [True, False]
    assert (kept[0]["first_day"], kept[0]["title"]) == (dt.date(2026, 6, 4), "Folga")
    assert kept[1]["ends_at"] == dt.datetime(2026, 6, 4, 13, tzinfo=dt.UTC)
    row = row_of(database, id_)
    assert (row["good_at"], row["events"], row["etag"], row["refused"]) == (NOW, 2, '"1"', refused)
    assert after(minutes=25) <= row["next_read_at"] <= after(minutes=35)
    assert read(store, good(BUSY), after(minutes=35)) == "kept"
    assert [event["all_day"] for event in events_of(database, id_)] == [False]


def test_what_shrinks_to_nothing_is_believed_the_second_time(store: FeedStore, add: Add, database: Connection) -> None:
    id_ = add()
    read(store, good(EVENT))
    assert read(store, good(), after(minutes=35)) == "unconfirmed"
    row = row_of(database, id_)
    assert (len(events_of(database, id_)), row["good_at"], row["etag"]) == (1, NOW, None)
    assert read(store, {"zone": ZONE, "fault": "server"}, after(minutes=70)) == "fault"
    assert read(store, good(), after(hours=4)) == "kept"
    assert events_of(database, id_) == []
    assert read(store, good(), after(hours=5)) == "kept"


def test_what_was_empty_or_is_over_anyhow_is_believed_at_once(store: FeedStore, add: Add, database: Connection) -> None:
    id_ = add()
    assert read(store, good()) == "kept"
    assert read(store, good(EVENT), after(hours=1)) == "kept"
    assert read(store, good(), after(days=5)) == "kept"
    assert events_of(database, id_) == []


def test_a_fault_leaves_what_was_read_and_comes_back_later_each_time(
    store: FeedStore, add: Add, database: Connection
) -> None:
    id_, at = add(), NOW
    read(store, good(EVENT))
    for faults in range(1, 12):
        at += dt.timedelta(days=1)
        assert read(store, {"zone": ZONE, "fault": "cut", "detail": "x"}, at) == "fault"
        row = row_of(database, id_)
        assert (row["faults"], row["fault"], row["fault_at"], row["good_at"]) == (faults, "cut", at, NOW)
        assert row["next_read_at"] == at + (dt.timedelta(hours=2) if faults < 10 else dt.timedelta(days=1))
    assert len(events_of(database, id_)) == 1
    assert read(store, good(EVENT), at + dt.timedelta(days=1)) == "kept"
    assert (row_of(database, id_)["faults"], row_of(database, id_)["fault"]) == (0, None)


def test_validators_are_used_on_the_same_local_day_and_in_the_same_zone(
    store: FeedStore, add: Add, database: Connection
) -> None:
    id_ = add()
    read(store, good(EVENT))
    at = after(minutes=40)
    (feed,) = store.take("one", 60, 10, at)
    assert feed["etag"] == '"1"'
    assert store.keep(id_, "one", {"zone": ZONE, "same": True}, at) == "same"
    assert (row_of(database, id_)["good_at"], len(events_of(database, id_))) == (at, 1)
    (feed,) = store.take("one", 60, 10, after(hours=15))  # 00:00 of the next day
    assert feed["etag"] is None


def test_another_zone_has_a_feed_read_anew_at_once(store: FeedStore, add: Add, database: Connection) -> None:
    id_ = add()
    read(store, good(EVENT))
    database.execute("update organizations set timezone = 'America/Manaus'")
    (feed,) = store.take("one", 60, 10, after(minutes=1))
    assert (feed["zone"], feed["etag"]) == ("America/Manaus", None)
    store.keep(id_, "one", {"zone": "America/Manaus", "fault": "server"}, after(minutes=1))
    assert store.take("one", 60, 10, after(minutes=2)) == []
    (feed,) = store.take("one", 60, 10, after(hours=3))
    assert feed["etag"] is None


def test_a_reader_may_seal_the_address_anew(store: FeedStore, add: Add, database: Connection) -> None:
    id_ = add()
    sealed = {"address": "anew", "address_key": "n", "address_digest": "d"}
    read(store, {"zone": ZONE, "fault": "server", "sealed": sealed})
    row = row_of(database, id_)
    assert {name: row[name] for name in sealed} == sealed


def test_a_deleted_organisation_is_read_no_more(store: FeedStore, add: Add, database: Connection) -> None:
    add()
    database.execute("delete from owner_numbers")
    database.execute("delete from whatsapp_instances")
    database.execute("delete from organizations")
    assert store.take("one", 60, 10, NOW) == []
