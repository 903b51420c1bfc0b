"""Reconciling: what a gateway shows is sent, what it does not show is never sent again, and nobody else's is taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import cast
from uuid import uuid4

import pytest
import redis

from proactive.gateways.back_off import BackOff
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.gateways.permits import Granted
from proactive.gateways.phones import Phone
from proactive.gateways.rate_limit import RateLimiter
from proactive.model.context import Instance, Receipt
from proactive.model.durations import CHECK_AGAIN
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.model.task import Attempt, Done, Later, Outcome
from proactive.pipeline.batch import Batch, WorkItem
from proactive.pipeline.outgoing import OutgoingMessage
from proactive.pipeline.reconciliation import Reconciler
from proactive.records.entry import RecordEntry
from proactive.records.gateway_memory import GatewayMemory, Keeps
from proactive.records.store import Records
from proactive.storage.redis import lease_key
from tests.processes.conftest import BuildApp, build_app
from tests.records.conftest import (
    LEASE,
    NOON,
    Business,
    Connection,
    RowOf,
    acquire,
    business,
    records,
    row_of,
    settle_sent,
)

__all__ = ["build_app", "business", "records", "row_of"]  # fixtures
PHONE = Phone("+5511987654321", "5511987654321")
AWAY = GatewayError(GatewayFault.UNAVAILABLE, FailureReason.GATEWAY_UNREACHABLE)


class Gateway:
    """Shows the messages that it was given, or cannot be asked."""

    def __init__(self) -> None:
        self.shown: list[Receipt] = []
        self.away = False
        self.fails: GatewayError | None = None

    def send(self, instance: str, phone: Phone, text: str, message_id: str = "") -> Receipt:
        raise AssertionError("whoever finds out never sends")

    def find_sent(
        self, instance: str, phone: Phone, text: str, since: dt.datetime, message_ids: Sequence[str] = ()
    ) -> list[Receipt]:
        if self.away:
            raise AWAY
        if self.fails:
            raise self.fails
        return self.shown

    def state(self, instance: str) -> str:
        return "open"

    def shows(self, instance: str, message_id: str) -> bool:
        return any(receipt.gateway_message_id == message_id for receipt in self.shown)

    def version(self) -> str:
        return "2.3.7"

    def statuses(self, instance: str, message_id: str, remote_jid: str) -> list[str]:
        return []


class Memory:
    """Says whether the gateway keeps messages."""

    def __init__(self, says: Keeps = "yes") -> None:
        self.says = says

    def keeps(self, instance: str) -> Keeps:
        return self.says


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def rate_limiter(redis_client: redis.Redis) -> RateLimiter:
    limiter = RateLimiter(redis_client, limit=20, window=60.0, in_flight=25.0)
    limiter.mark_quiet()
    return limiter


@pytest.fixture
def reconciler(
    gateway: Gateway, memory: Memory, rate_limiter: RateLimiter, records: Records, redis_client: redis.Redis
) -> Reconciler:
    return Reconciler(
        gateway, cast(GatewayMemory, memory), BackOff(redis_client), rate_limiter, records, LEASE, 30.0, lambda: NOON
    )


def receipt() -> Receipt:
    return Receipt(uuid4().hex, "5511987654321@s.whatsapp.net", NOON)


def item_of(business: Business, *, last: bool = False) -> tuple[WorkItem, OutgoingMessage]:
    task, attempt = business.task(), Attempt(f"job-{uuid4().hex[:8]}", last=last)
    instance = Instance(name=f"org-{attempt.name}", status="connected")
    message = OutgoingMessage(RecordEntry.of(task, attempt), instance, PHONE, known=True)
    return WorkItem(task, attempt, message), message


def resolved(reconciler: Reconciler, records: Records, item: WorkItem, checks: int) -> Outcome:
    assert item.message is not None
    outcomes = records.outcome_batch()
    outcome = reconciler.resolve(item, item.message, checks, outcomes)
    outcomes.write()
    return outcome


def test_what_the_gateway_shows_was_sent(
    reconciler: Reconciler, records: Records, gateway: Gateway, business: Business, row_of: RowOf
) -> None:
    item, message = item_of(business)
    gateway.shown = [receipt()]
    assert resolved(reconciler, records, item, 0) == Done("sent")
    row = row_of(message.entry)
    assert row is not None
    assert row["metadata"]["gateway_message_id"] == gateway.shown[0].gateway_message_id


def test_what_belongs_to_another_occurrence_is_not_taken_for_this_one(
    reconciler: Reconciler, records: Records, gateway: Gateway, business: Business
) -> None:
    (_, theirs), (item, mine) = item_of(business), item_of(business)
    gateway.shown = [receipt()]
    settle_sent(records, theirs.entry, gateway.shown[0], NOON)
    records.keep_pending([mine.entry])
    assert isinstance(resolved(reconciler, records, item, 0), Later)


def test_what_is_not_shown_is_asked_for_again_and_then_fails_as_unknown(
    reconciler: Reconciler, records: Records, business: Business
) -> None:
    item, _ = item_of(business)
    first, second = (resolved(reconciler, records, item, checks) for checks in (0, 1))
    assert isinstance(first, Later)
    assert isinstance(second, Later)
    assert (first.seconds, second.seconds) == (LEASE, CHECK_AGAIN)
    third = resolved(reconciler, records, item, 2)
    assert isinstance(third, Done)
    assert third.failure is not None
    assert (third.action, third.failure.reason) == ("failed", FailureReason.UNKNOWN_NOT_SHOWN)


def test_a_gateway_that_cannot_be_asked_pauses_the_instance_and_is_given_up_after_ten_checks(
    reconciler: Reconciler, records: Records, gateway: Gateway, rate_limiter: RateLimiter, business: Business
) -> None:
    item, message = item_of(business)
    gateway.away = True
    assert isinstance(resolved(reconciler, records, item, 9), Later)
    assert rate_limiter.paused(message.instance.name) is not None
    given_up = resolved(reconciler, records, item, 10)
    assert isinstance(given_up, Done)
    assert given_up.failure is not None
    assert given_up.failure.reason is FailureReason.UNKNOWN_GATEWAY_AWAY
    assert item.metrics.faults == {GatewayFault.UNAVAILABLE: 2}


def lookup_failed(reason: FailureReason, fault: GatewayFault = GatewayFault.UNAVAILABLE) -> GatewayError:
    return GatewayError(fault, FailureReason.LOOKUP_FAILED, causes=(Failure(reason, {"status": "502", "detail": "x"}),))


AWAY_IN_MANY_WAYS = [
    lookup_failed(FailureReason.GATEWAY_UNREACHABLE, GatewayFault.UNREACHABLE),
    lookup_failed(FailureReason.GATEWAY_TLS, GatewayFault.UNREACHABLE),
    lookup_failed(FailureReason.GATEWAY_IS_ANOTHER, GatewayFault.UNREACHABLE),
    lookup_failed(FailureReason.GATEWAY_TIMED_OUT),
    lookup_failed(FailureReason.GATEWAY_CONNECTION_BROKE),
    lookup_failed(FailureReason.GATEWAY_PROXY_FAILED),
    lookup_failed(FailureReason.GATEWAY_KEY_REFUSED),
    lookup_failed(FailureReason.GATEWAY_FORBIDDEN),
    lookup_failed(FailureReason.GATEWAY_NOT_LICENSED),
]


@pytest.mark.parametrize("error", AWAY_IN_MANY_WAYS, ids=lambda error: error.failure.causes[0].reason)
@pytest.mark.parametrize("checks", [0, 9, 10, 11, 1000])
def test_a_gateway_that_is_away_is_asked_again_however_often_it_was(
    reconciler: Reconciler, records: Records, gateway: Gateway, rate_limiter: RateLimiter, business: Business,
    row_of: RowOf, error: GatewayError, checks: int,
) -> None:  # fmt: skip
    item, message = item_of(business)
    gateway.fails = error
    later = resolved(reconciler, records, item, checks)
    assert isinstance(later, Later)
    assert later.seconds >= (CHECK_AGAIN if checks else LEASE)
    assert rate_limiter.paused(message.instance.name) is not None
    assert row_of(message.entry) is None
    gateway.fails = None
    gateway.shown = [receipt()]
    assert resolved(reconciler, records, item, checks + 1) == Done("sent")


def test_the_looks_at_a_gateway_that_cannot_be_reached_get_rarer_up_to_a_minute(
    reconciler: Reconciler, records: Records, gateway: Gateway, business: Business, redis_client: redis.Redis
) -> None:
    item, message = item_of(business)
    gateway.fails = AWAY_IN_MANY_WAYS[0]
    waits = []
    for checks in range(1, 8):
        later = resolved(reconciler, records, item, checks)
        assert isinstance(later, Later)
        waits.append(later.seconds)
        redis_client.delete(f"aurora:pace:{message.instance.name}:pause")  # it is over
    assert waits == [10, 10, 20, 40, 60, 60, 60]


def test_what_is_too_late_by_then_fails_as_unknown_and_is_never_sent(
    build_app: BuildApp, business: Business, database: Connection, row_of: RowOf, redis_client: redis.Redis
) -> None:
    database.execute("update owner_numbers set phone = '11987654321' where id = %s", [business.owner])
    query = "insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, 'connected')"
    database.execute(query, [business.organization, f"org-{business.organization}"])
    app = build_app(whatsapp_url="http://127.0.0.1:1")
    task = business.task(type="birthdays", key="2026-11-23", data={})
    entry = business.entry(task)
    (lease,) = app.records.acquire_leases([(entry, "died")])
    assert app.records.begin(entry, lease)
    redis_client.hset(lease_key(task.occurrence.id), "at", "0")  # it ran out long ago
    item = WorkItem(task, Attempt("another"))
    (result,) = app.pipeline.run(Batch([item]))
    assert isinstance(result.outcome, Done)
    row = row_of(entry)
    assert row is not None
    failure = row["metadata"]["failure"]
    assert (row["status"], failure["code"]) == ("failed", FailureReason.UNKNOWN_AFTER_INTERRUPTION)
    assert row["metadata"]["message_ids"] == [lease.message_id]
    assert [cause["code"] for cause in failure["causes"]] == [FailureReason.TOO_LATE_DAY_OVER]


@pytest.mark.parametrize(
    "reason", [FailureReason.GATEWAY_FAILED, FailureReason.GATEWAY_REFUSED, FailureReason.LOOKUP_UNINTELLIGIBLE]
)
def test_a_gateway_that_answers_nothing_of_use_is_given_up_after_ten_checks(
    reconciler: Reconciler, records: Records, gateway: Gateway, business: Business, reason: FailureReason
) -> None:
    item, _ = item_of(business)
    gateway.fails = lookup_failed(reason)
    assert isinstance(resolved(reconciler, records, item, 9), Later)
    given_up = resolved(reconciler, records, item, 10)
    assert isinstance(given_up, Done)
    assert given_up.failure is not None
    assert given_up.failure.reason is FailureReason.UNKNOWN_GATEWAY_AWAY


def with_permit_and_lease(
    rate_limiter: RateLimiter, records: Records, item: WorkItem, message: OutgoingMessage
) -> None:
    permit = rate_limiter.acquire(message.instance.name, str(message.entry.occurrence.id))
    assert isinstance(permit, Granted)
    item.permit, item.lease = permit, acquire(records, message.entry, item.attempt.name)


@pytest.mark.parametrize("shown", [True, False])
def test_what_may_have_been_accepted_is_sent_again_only_where_the_gateway_surely_has_none(
    reconciler: Reconciler, records: Records, gateway: Gateway, rate_limiter: RateLimiter, business: Business,
    redis_client: redis.Redis, shown: bool,
) -> None:  # fmt: skip
    item, message = item_of(business)
    with_permit_and_lease(rate_limiter, records, item, message)
    gateway.shown = [receipt()] if shown else []
    outcome = reconciler.resolve_maybe_accepted(item, message, records.outcome_batch())
    assert outcome == (Done("sent") if shown else None)
    assert redis_client.zcard(f"aurora:pace:{message.instance.name}:permits") == (0 if shown else 1)


@pytest.mark.parametrize("last", [False, True])
def test_while_that_cannot_be_asked_nothing_is_sent_and_the_last_attempt_says_so(
    reconciler: Reconciler, records: Records, gateway: Gateway, rate_limiter: RateLimiter, business: Business,
    redis_client: redis.Redis, last: bool,
) -> None:  # fmt: skip
    item, message = item_of(business, last=last)
    with_permit_and_lease(rate_limiter, records, item, message)
    gateway.away = True
    outcomes = records.outcome_batch()
    if last:
        outcome = reconciler.resolve_maybe_accepted(item, message, outcomes)
        assert isinstance(outcome, Done)
        assert outcome.failure is not None
        assert outcome.failure.reason is FailureReason.UNKNOWN_AFTER_FAILURE
    else:
        with pytest.raises(GatewayError):
            reconciler.resolve_maybe_accepted(item, message, outcomes)
        assert acquire(records, message.entry, "another").outcome == "busy"  # the gateway may show it late
    assert redis_client.zcard(f"aurora:pace:{message.instance.name}:permits") == 0


@pytest.mark.parametrize("keeps", ["no", "unknown"])
def test_what_is_not_shown_by_a_gateway_that_may_keep_nothing_fails_as_unknown(
    reconciler: Reconciler, records: Records, memory: Memory, business: Business, row_of: RowOf, keeps: Keeps
) -> None:
    memory.says = keeps
    item, message = item_of(business)
    item.lease = acquire(records, message.entry, item.attempt.name)
    assert isinstance(resolved(reconciler, records, item, 0), Later)
    failed = resolved(reconciler, records, item, 2)
    assert isinstance(failed, Done)
    assert failed.failure is not None
    assert failed.failure.reason is FailureReason.UNKNOWN_CANNOT_TELL
    row = row_of(message.entry)
    assert row is not None
    assert row["metadata"]["message_ids"] == [item.lease.message_id]


@pytest.mark.parametrize("keeps", ["no", "unknown"])
def test_what_may_have_been_accepted_is_not_sent_again_by_a_gateway_that_may_keep_nothing(
    reconciler: Reconciler, records: Records, memory: Memory, rate_limiter: RateLimiter, business: Business,
    redis_client: redis.Redis, keeps: Keeps,
) -> None:  # fmt: skip
    memory.says = keeps
    item, message = item_of(business)
    with_permit_and_lease(rate_limiter, records, item, message)
    failed = reconciler.resolve_maybe_accepted(item, message, records.outcome_batch())
    assert isinstance(failed, Done)
    assert failed.failure is not None
    assert failed.failure.reason is FailureReason.UNKNOWN_CANNOT_TELL
    assert redis_client.zcard(f"aurora:pace:{message.instance.name}:permits") == 0
