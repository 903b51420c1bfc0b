"""Handing several over: each is sent once, and what a worker is relieved of is free for others at once."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
import redis

from proactive.errors import GatewayError, GatewayFault, ProactiveError
from proactive.gateways.permits import Granted
from proactive.gateways.phones import Phone
from proactive.gateways.rate_limit import RateLimiter
from proactive.model.context import Instance, Receipt
from proactive.model.task import Attempt, Done, Later, Outcome
from proactive.pipeline.batch import Batch
from proactive.pipeline.delivery import Delivery
from proactive.pipeline.outgoing import LeasedMessage, OutgoingMessage
from proactive.pipeline.reconciliation import Reconciler
from proactive.records.entry import RecordEntry
from proactive.records.store import Records
from tests.records.conftest import LEASE, Business, business, records, row_of, supabase

__all__ = ["business", "records", "row_of", "supabase"]  # fixtures
PHONE = Phone("+5511987654321", "5511987654321")


class Gateway:
    """Accepts what it is given, or says no to one instance; `meanwhile` happens at each sending."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.refuses: str | None = None
        self.meanwhile: Callable[[], object] = lambda: None

    def send(self, instance: str, phone: Phone, text: str) -> Receipt:
        self.meanwhile()
        if instance == self.refuses:
            raise GatewayError(GatewayFault.UNAVAILABLE, "the gateway cannot be reached")
        self.sent.append(instance)
        return Receipt(uuid4().hex, "5511987654321@s.whatsapp.net")

    def find_sent(self, instance: str, phone: Phone, text: str, since: dt.datetime) -> Iterator[Receipt]:
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
def sending(gateway: Gateway, rate_limiter: RateLimiter, records: Records) -> Delivery:
    now = lambda: dt.datetime.now(dt.UTC)  # noqa: E731
    lookup = Reconciler(gateway, rate_limiter, records, LEASE, 30.0, now)  # type: ignore[arg-type]
    return Delivery(gateway, rate_limiter, records, lookup, 30.0, 5.0, time.monotonic)  # type: ignore[arg-type]


def message(business: Business) -> OutgoingMessage:
    task, attempt = business.task(), Attempt(f"job-{uuid4().hex[:8]}")
    entry = RecordEntry.of(task, attempt, None)
    return OutgoingMessage(
        entry, Instance(name=f"org-{attempt.name}", status="connected"), PHONE, task, attempt, known=False
    )


def batch_of(messages: list[OutgoingMessage]) -> Batch[LeasedMessage]:
    return Batch(each.attempt.name for each in messages)


def outcomes(found: Iterator[tuple[OutgoingMessage, Outcome | ProactiveError]]) -> list[Outcome | ProactiveError]:
    return [outcome for _, outcome in found]


def test_each_of_several_is_sent_once(sending: Delivery, gateway: Gateway, business: Business) -> None:
    messages = [message(business) for _ in range(4)]
    assert outcomes(sending.hand_over_many(batch_of(messages), messages)) == [Done("sent")] * 4
    assert gateway.sent == [each.instance.name for each in messages]
    assert outcomes(sending.hand_over_many(batch_of(messages), messages)) == [Done("already_sent")] * 4


def test_one_that_the_gateway_does_not_take_is_an_error_of_its_own(
    sending: Delivery, gateway: Gateway, business: Business
) -> None:
    messages = [message(business) for _ in range(3)]
    gateway.refuses = messages[1].instance.name
    first, second, third = outcomes(sending.hand_over_many(batch_of(messages), messages))
    assert (first, third) == (Done("sent"), Done("sent"))
    assert isinstance(second, GatewayError)


def test_what_was_given_away_before_is_neither_permitted_nor_claimed(
    sending: Delivery, rate_limiter: RateLimiter, records: Records, business: Business
) -> None:
    mine, others = message(business), message(business)
    batch = batch_of([mine, others])
    assert list(batch.relieve()) == [others.attempt.name]
    assert outcomes(sending.hand_over_many(batch, [mine, others])) == [Done("sent")]
    assert records.claim(others.entry, "another worker").outcome == "claimed"


def test_what_a_worker_is_relieved_of_while_it_sends_is_free_at_once(
    sending: Delivery, gateway: Gateway, records: Records, business: Business, redis_client: redis.Redis
) -> None:
    messages = [message(business) for _ in range(3)]
    batch = batch_of(messages)
    relieved: list[LeasedMessage] = []

    def relieve() -> None:
        relieved.extend(held for held in batch.relieve().values() if held is not None)

    gateway.meanwhile = relieve
    assert outcomes(sending.hand_over_many(batch, messages)) == [Done("sent")]
    assert [held.message for held in relieved] == messages[1:]
    assert records.claim(messages[1].entry, "another worker").outcome == "busy"
    sending.let_go(relieved)
    assert [records.claim(each.entry, "another worker").outcome for each in messages[1:]] == ["claimed"] * 2
    assert redis_client.zcard(f"aurora:pace:{messages[2].instance.name}:permits") == 0
    assert gateway.sent == [messages[0].instance.name]


def test_those_without_a_permit_wait_and_are_seen_waiting(
    sending: Delivery,
    rate_limiter: RateLimiter,
    business: Business,
    records: Records,
    row_of: Callable[[RecordEntry], dict[str, object]],
) -> None:
    waits, goes = message(business), message(business)
    for number in range(20):
        assert isinstance(rate_limiter.acquire(waits.instance.name, f"earlier-{number}"), Granted)
    later, done = outcomes(sending.hand_over_many(batch_of([waits, goes]), [waits, goes]))
    assert isinstance(later, Later)
    assert done == Done("sent")
    assert row_of(waits.entry)["status"] == "pending"
