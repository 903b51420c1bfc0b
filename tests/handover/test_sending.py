"""Handing several over: each is sent once, and what a worker is relieved of is free for others at once."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
import redis

from proactive.batch import Batch
from proactive.delivery.pace import Pace
from proactive.delivery.permits import Granted
from proactive.delivery.phones import Phone
from proactive.errors import GatewayError, GatewayFault, ProactiveError
from proactive.handover import Handover, Held, Lookup, Sending
from proactive.messages import Attempt, Done, Instance, Later, Outcome, Receipt
from proactive.records import Entry, Records
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
def pace(redis_client: redis.Redis) -> Pace:
    pace = Pace(redis_client, limit=20, window=60.0, in_flight=25.0)
    pace.vouch()
    return pace


@pytest.fixture
def sending(gateway: Gateway, pace: Pace, records: Records) -> Sending:
    now = lambda: dt.datetime.now(dt.UTC)  # noqa: E731
    lookup = Lookup(gateway, pace, records, LEASE, 30.0, now)  # type: ignore[arg-type]
    return Sending(gateway, pace, records, lookup, 30.0, 5.0, time.monotonic)  # type: ignore[arg-type]


def message(business: Business) -> Handover:
    task, attempt = business.task(), Attempt(f"job-{uuid4().hex[:8]}")
    entry = Entry.of(task, attempt, None)
    return Handover(entry, Instance(name=f"org-{attempt.name}", status="connected"), PHONE, task, attempt, known=False)


def batch_of(messages: list[Handover]) -> Batch[Held]:
    return Batch(each.attempt.name for each in messages)


def outcomes(found: Iterator[tuple[Handover, Outcome | ProactiveError]]) -> list[Outcome | ProactiveError]:
    return [outcome for _, outcome in found]


def test_each_of_several_is_sent_once(sending: Sending, gateway: Gateway, business: Business) -> None:
    messages = [message(business) for _ in range(4)]
    assert outcomes(sending.hand_over_many(batch_of(messages), messages)) == [Done("sent")] * 4
    assert gateway.sent == [each.instance.name for each in messages]
    assert outcomes(sending.hand_over_many(batch_of(messages), messages)) == [Done("already_sent")] * 4


def test_one_that_the_gateway_does_not_take_is_an_error_of_its_own(
    sending: Sending, gateway: Gateway, business: Business
) -> None:
    messages = [message(business) for _ in range(3)]
    gateway.refuses = messages[1].instance.name
    first, second, third = outcomes(sending.hand_over_many(batch_of(messages), messages))
    assert (first, third) == (Done("sent"), Done("sent"))
    assert isinstance(second, GatewayError)


def test_what_was_given_away_before_is_neither_permitted_nor_claimed(
    sending: Sending, pace: Pace, records: Records, business: Business
) -> None:
    mine, others = message(business), message(business)
    batch = batch_of([mine, others])
    assert list(batch.relieve()) == [others.attempt.name]
    assert outcomes(sending.hand_over_many(batch, [mine, others])) == [Done("sent")]
    assert records.claim(others.entry, "another worker").outcome == "claimed"


def test_what_a_worker_is_relieved_of_while_it_sends_is_free_at_once(
    sending: Sending, gateway: Gateway, records: Records, business: Business, redis_client: redis.Redis
) -> None:
    messages = [message(business) for _ in range(3)]
    batch = batch_of(messages)
    relieved: list[Held] = []

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
    sending: Sending, pace: Pace, business: Business, records: Records, row_of: Callable[[Entry], dict[str, object]]
) -> None:
    waits, goes = message(business), message(business)
    for number in range(20):
        assert isinstance(pace.acquire(waits.instance.name, f"earlier-{number}"), Granted)
    later, done = outcomes(sending.hand_over_many(batch_of([waits, goes]), [waits, goes]))
    assert isinstance(later, Later)
    assert done == Done("sent")
    assert row_of(waits.entry)["status"] == "pending"
