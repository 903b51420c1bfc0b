"""Delivering several: each is sent once, and what is taken away from a worker is free for others at once."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast
from uuid import uuid4

import pytest
import redis

from proactive.errors import ProactiveError
from proactive.gateways.back_off import BackOff
from proactive.gateways.breaker import BreakerRules
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.gateways.permits import Granted
from proactive.gateways.phones import Phone
from proactive.gateways.rate_limit import RateLimiter
from proactive.model.context import Instance, Receipt
from proactive.model.failure_reasons import FailureReason
from proactive.model.task import Attempt, Done, Later, Outcome
from proactive.pipeline.batch import Batch, Result, WorkItem
from proactive.pipeline.delivery import Delivery
from proactive.pipeline.gateway_answers import GatewayAnswers
from proactive.pipeline.outgoing import OutgoingMessage
from proactive.pipeline.protection import InstanceProtection
from proactive.pipeline.reconciliation import Reconciler
from proactive.records.breakers import Breakers
from proactive.records.entry import RecordEntry
from proactive.records.gateway_memory import GatewayMemory
from proactive.records.instances import InstanceStates
from proactive.records.store import Records
from proactive.storage.supabase import Database
from tests.pipeline.test_reconciliation import Memory
from tests.records.conftest import LEASE, Business, acquire, business, records, row_of

__all__ = ["business", "records", "row_of"]  # fixtures
PHONE = Phone("+5511987654321", "5511987654321")


class Gateway:
    """Accepts what it is given, or says no to one instance; `meanwhile` happens at each sending."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.refuses: str | None = None
        self.meanwhile: Callable[[], object] = lambda: None

    def send(self, instance: str, phone: Phone, text: str, message_id: str = "") -> Receipt:
        self.meanwhile()
        if instance == self.refuses:
            raise GatewayError(GatewayFault.UNAVAILABLE, FailureReason.GATEWAY_UNREACHABLE)
        self.sent.append(instance)
        return Receipt(uuid4().hex, "5511987654321@s.whatsapp.net")

    def find_sent(
        self, instance: str, phone: Phone, text: str, since: dt.datetime, message_ids: Sequence[str] = ()
    ) -> Iterator[Receipt]:
        return iter(())


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def rate_limiter(redis_client: redis.Redis) -> RateLimiter:
    rate_limiter = RateLimiter(redis_client, limit=20, window=60.0, in_flight=25.0)
    rate_limiter.mark_quiet()
    return rate_limiter


@pytest.fixture
def delivery(
    gateway: Gateway, rate_limiter: RateLimiter, records: Records, supabase: Database, redis_client: redis.Redis
) -> Delivery:
    speaks = cast(Any, gateway)  # it cannot say an instance's state
    memory, back_off = cast(GatewayMemory, Memory()), BackOff(redis_client)
    reconciler = Reconciler(
        speaks, memory, back_off, rate_limiter, records, LEASE, 30.0, lambda: dt.datetime.now(dt.UTC)
    )
    answers = GatewayAnswers(back_off, rate_limiter, records, reconciler, 30.0)
    protection = InstanceProtection(Breakers(supabase, redis_client, BreakerRules(), time.time),
                                    InstanceStates(supabase), lambda: dt.datetime.now(dt.UTC))  # fmt: skip
    return Delivery(speaks, rate_limiter, records, reconciler, answers, protection, 5.0, time.monotonic)


def item_of(business: Business) -> WorkItem:
    """A composed message of its own occurrence, from an instance of its own."""
    task, attempt = business.task(), Attempt(f"job-{uuid4().hex[:8]}")
    instance = Instance(name=f"org-{attempt.name}", status="connected")
    return WorkItem(task, attempt, OutgoingMessage(RecordEntry.of(task, attempt), instance, PHONE, known=False))


def message(item: WorkItem) -> OutgoingMessage:
    assert item.message is not None
    return item.message


def deliver(delivery: Delivery, records: Records, items: list[WorkItem], batch: Batch | None = None) -> list[Result]:
    """Everything that comes of delivering the items; the outcomes are written."""
    outcomes = records.outcome_batch()
    reserved = delivery.reserve(batch or Batch(items), items)
    results = [each if isinstance(each, Result) else delivery.send(each, outcomes) for each in reserved]
    delivery.confirm(results)
    outcomes.write()
    return results


def outcomes_of(results: list[Result]) -> list[Outcome | ProactiveError]:
    return [result.outcome for result in results]


def again(items: list[WorkItem]) -> list[WorkItem]:
    """The same messages, as another worker comes to them."""
    return [WorkItem(item.task, item.attempt, item.message) for item in items]


def test_each_of_several_is_sent_once(
    delivery: Delivery, records: Records, gateway: Gateway, business: Business
) -> None:
    items = [item_of(business) for _ in range(4)]
    assert outcomes_of(deliver(delivery, records, items)) == [Done("sent")] * 4
    assert gateway.sent == [message(item).instance.name for item in items]
    assert outcomes_of(deliver(delivery, records, again(items))) == [Done("already_sent")] * 4


def test_one_that_the_gateway_does_not_take_is_an_error_of_its_own(
    delivery: Delivery, records: Records, gateway: Gateway, business: Business
) -> None:
    items = [item_of(business) for _ in range(3)]
    gateway.refuses = message(items[1]).instance.name
    first, second, third = outcomes_of(deliver(delivery, records, items))
    assert (first, third) == (Done("sent"), Done("sent"))
    assert isinstance(second, GatewayError)
    assert items[1].metrics.faults == {GatewayFault.UNAVAILABLE: 1}


def test_what_was_taken_away_before_gets_neither_a_permit_nor_a_lease(
    delivery: Delivery, records: Records, business: Business
) -> None:
    mine, others = item_of(business), item_of(business)
    batch = Batch([mine, others])
    assert batch.take_away() == [others]
    assert outcomes_of(deliver(delivery, records, [mine, others], batch)) == [Done("sent")]
    assert (others.permit, others.lease) == (None, None)
    assert acquire(records, message(others).entry, "another worker").outcome == "claimed"


def test_what_is_taken_away_from_a_worker_while_it_sends_is_free_at_once(
    delivery: Delivery, gateway: Gateway, records: Records, business: Business, redis_client: redis.Redis
) -> None:
    items = [item_of(business) for _ in range(3)]
    batch = Batch(items)
    taken: list[WorkItem] = []
    gateway.meanwhile = lambda: taken.extend(batch.take_away())
    assert outcomes_of(deliver(delivery, records, items, batch)) == [Done("sent")]
    assert taken == items[1:]
    assert acquire(records, message(items[1]).entry, "another worker").outcome == "busy"
    delivery.give_back(taken)
    found = [acquire(records, message(item).entry, "another worker").outcome for item in items[1:]]
    assert found == ["claimed"] * 2
    assert redis_client.zcard(f"aurora:pace:{message(items[2]).instance.name}:permits") == 0
    assert gateway.sent == [message(items[0]).instance.name]


def test_those_without_a_permit_wait_and_are_seen_waiting(
    delivery: Delivery,
    rate_limiter: RateLimiter,
    business: Business,
    records: Records,
    row_of: Callable[[RecordEntry], dict[str, object]],
) -> None:
    waits, goes = item_of(business), item_of(business)
    for number in range(20):
        assert isinstance(rate_limiter.acquire(message(waits).instance.name, f"earlier-{number}"), Granted)
    later, done = outcomes_of(deliver(delivery, records, [waits, goes]))
    assert isinstance(later, Later)
    assert done == Done("sent")
    assert row_of(message(waits).entry)["status"] == "pending"
