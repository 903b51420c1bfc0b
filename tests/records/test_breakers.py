"""Breakers: stopped by what was heard, for whoever is about to send, in Redis and in Supabase."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
import redis

from proactive.gateways.breaker import BreakerRules
from proactive.gateways.evolution.events import ConnectionEvent, Event, ReceiptEvent
from proactive.gateways.send_memory import SendMemory
from proactive.records.breakers import Breakers
from proactive.records.inbound import Heard
from proactive.storage.supabase import Database
from sandbox.stack import LocalStack
from tests.records.conftest import Business, Connection

RULES = BreakerRules()


@dataclass
class Shop:
    """An instance of a business, and its breaker at a moment that tests move."""

    name: str
    business: Business
    breakers: Breakers
    memory: SendMemory
    now: list[float]

    def accepted(self, *ids: str) -> None:
        for gateway_id in ids:
            note = self.breakers.note(self.name, gateway_id)
            self.memory.accepted(self.name, note.args[0], note.args[1])

    def heard(self, *events: Event) -> None:
        self.breakers.heard([Heard(self.name, event) for event in events])

    def told(self, receipt: str, *ids: str, ago: float = 0) -> None:
        self.heard(*(ReceiptEvent(gateway_id, receipt, self.at(ago)) for gateway_id in ids))

    def at(self, ago: float = 0) -> dt.datetime:
        return dt.datetime.fromtimestamp(self.now[0] - ago, dt.UTC)

    def closed(self, reason: int | None, ago: float = 0, state: str = "close") -> None:
        self.heard(ConnectionEvent(state, reason, self.at(ago)))

    def waits(self, *, known: bool = False) -> float | None:
        wait = self.breakers.check(self.name, known=known)
        return round(wait.seconds) if wait else None

    def causes(self) -> list[str]:
        return [one.cause for one in self.breakers.stopped(self.business.organization)]


@pytest.fixture
def shop(database: Connection, business: Business, supabase: Database, redis_client: redis.Redis) -> Iterator[Shop]:
    name, now = f"org-{uuid4().hex[:8]}", [dt.datetime.now(dt.UTC).timestamp()]
    query = "insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, 'connected')"
    database.execute(query, [business.organization, name])
    memory = SendMemory(redis_client, RULES.window)
    yield Shop(name, business, Breakers(supabase, redis_client, RULES, lambda: now[0]), memory, now)
    database.execute("delete from aurora_proactive_breakers where instance_name = %s", [name])


def test_an_instance_of_which_nothing_is_heard_is_never_stopped(shop: Shop) -> None:
    for n in range(30):
        shop.accepted(f"n{n}")
        shop.now[0] += 60
        assert shop.waits() is None
    assert shop.causes() == []


def test_three_refusals_stop_an_instance_at_once_everywhere(shop: Shop) -> None:
    shop.accepted("a", "b", "c")
    shop.told("error_at", "a", "b")
    assert shop.causes() == []
    shop.told("error_at", "b", "c")
    assert shop.causes() == ["refused"]
    assert (shop.waits(known=True), shop.waits()) == (3600, 24 * 3600)
    shop.now[0] += 3601
    assert (shop.waits(known=True), shop.waits()) == (None, 23 * 3600 - 1)


def test_messages_that_were_refused_once_do_not_stop_it_twice(shop: Shop) -> None:
    shop.accepted("a", "b", "c")
    shop.told("error_at", "a", "b", "c")
    assert shop.breakers.release(shop.name)
    assert not shop.breakers.release(shop.name)
    shop.told("error_at", "a", "b", "c")
    assert (shop.waits(), shop.causes()) == (None, [])


def test_receipts_that_come_before_the_answer_count(shop: Shop) -> None:
    shop.told("error_at", "a", "b", "c")
    shop.accepted("a", "b", "c")
    assert shop.waits() == 24 * 3600
    assert shop.causes() == ["refused"]


def test_the_fourth_message_waits_until_the_first_three_are_acknowledged(shop: Shop) -> None:
    shop.told("server_ack_at", "before")
    shop.accepted("a", "b", "c")
    assert shop.waits() == 3
    shop.told("server_ack_at", "b")
    assert shop.waits() is None


def test_silence_of_an_instance_that_is_heard_stops_it(shop: Shop) -> None:
    shop.told("server_ack_at", "before")
    shop.accepted("a", "b", "c")
    shop.heard(ReceiptEvent("c", "accepted_at", shop.at(-0.0)))
    shop.now[0] += 1
    shop.heard(ReceiptEvent("c", "accepted_at", shop.at()))
    shop.now[0] += 125
    assert shop.waits() is None  # the probe
    shop.accepted("d")
    shop.now[0] += 1
    shop.heard(ReceiptEvent("d", "accepted_at", shop.at()))
    assert shop.waits() == 3
    shop.now[0] += 200
    assert shop.waits() == 24 * 3600
    assert shop.causes() == ["silent"]


def test_what_is_asked_for_proves_nothing_of_webhooks(shop: Shop) -> None:
    shop.accepted("a")
    event = Heard(shop.name, ReceiptEvent("a", "server_ack_at", shop.at()))
    shop.breakers.heard([event], by_webhook=False)
    shop.accepted("b", "c", "d")
    shop.now[0] += 31
    assert shop.waits() is None


def test_throttled_three_times_it_stops(shop: Shop) -> None:
    for _ in range(3):
        assert shop.causes() == []
        shop.breakers.throttled(shop.name)
    assert shop.causes() == ["throttled"]


@pytest.mark.parametrize(("reason", "cause"), [(401, "logged_out"), (403, "banned")])
def test_a_connection_that_is_closed_for_good_stops_it_for_everybody(shop: Shop, reason: int, cause: str) -> None:
    shop.closed(reason, ago=3600)
    assert shop.causes() == [cause]
    assert shop.waits(known=True) == shop.waits() == 23 * 3600
    shop.closed(None, ago=5000, state="open")  # told late: it was open before it was closed
    assert shop.causes() == [cause]
    shop.closed(None, state="open")
    assert shop.causes() == ([] if cause == "logged_out" else ["banned"])


@pytest.mark.parametrize(("reason", "ago"), [(408, 0), (440, 0), (515, 0), (None, 0), (403, 2 * 86_400)])
def test_any_other_close_or_one_of_long_ago_stops_nothing(shop: Shop, reason: int | None, ago: float) -> None:
    shop.closed(reason, ago)
    assert (shop.causes(), shop.waits()) == ([], None)


def test_an_instance_of_nobody_stops_nobody(shop: Shop, redis_client: redis.Redis) -> None:
    shop.breakers.stop("nobody's", "refused")
    assert shop.breakers.stopped(None) == [] or all(one.name != "nobody's" for one in shop.breakers.stopped(None))
    assert redis_client.smembers("aurora:breaker:unwritten") == set()


def test_what_supabase_cannot_take_is_kept_and_written_later(shop: Shop, stack: LocalStack) -> None:
    shop.accepted("a", "b", "c")
    stack.services["postgrest"].stop()
    try:
        shop.told("error_at", "a", "b", "c")
        assert shop.waits() == 24 * 3600
        shop.breakers.write_kept()
    finally:
        stack.services["postgrest"].start()
    assert shop.causes() == []
    shop.breakers.write_kept()
    assert shop.causes() == ["refused"]


def test_it_survives_a_redis_that_lost_everything(shop: Shop, redis_client: redis.Redis, database: Connection) -> None:
    shop.breakers.stop(shop.name, "refused")
    redis_client.flushall()
    query = "select aurora_proactive_context(%s, %s, null) -> 'breaker' as found"
    row = database.execute(query, [shop.business.organization, shop.business.owner]).fetchone()
    assert row
    assert {name: row["found"][name] for name in ("cause", "known", "stops")} == {
        "cause": "refused", "known": False, "stops": True
    }  # fmt: skip
    assert shop.breakers.release(shop.name)


@pytest.mark.parametrize("by", ["reply", "delivery"])
def test_an_owner_is_known_who_wrote_or_was_reached(shop: Shop, database: Connection, by: str) -> None:
    organization, owner = shop.business.organization, shop.business.owner
    if by == "reply":
        query = "insert into aurora_proactive_replies values (%s, 'r', %s, %s, now(), null)"
        database.execute(query, [shop.name, organization, owner])
    else:
        query = """insert into aurora_proactive_messages
                     (organization_id, owner_number_id, message_type, status, metadata)
                   values (%s, %s, 'birthdays', 'sent', '{"receipts": {"delivered_at": "x"}}')"""
        database.execute(query, [organization, owner])
    shop.breakers.stop(shop.name, "silent", shop.now[0] - 7200)
    row = database.execute(
        "select aurora_proactive_breaker_of(%s, %s, %s) as known, aurora_proactive_breaker_of(%s, %s, %s) as new",
        [shop.name, organization, owner, shop.name, organization, uuid4()],
    ).fetchone()
    assert row
    assert [(row[who]["known"], row[who]["stops"]) for who in ("known", "new")] == [(True, False), (False, True)]
