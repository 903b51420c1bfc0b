"""What becomes of a message that the gateway did not confirm: it waits, is tried again, is reconciled, or fails."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast
from uuid import uuid4

import pytest
import redis

from proactive.gateways.back_off import BackOff
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.gateways.phones import Phone
from proactive.gateways.rate_limit import RateLimiter
from proactive.model.context import Instance, Receipt
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.model.task import Attempt, Done, Later, Outcome
from proactive.pipeline.batch import WorkItem
from proactive.pipeline.gateway_answers import GatewayAnswers
from proactive.pipeline.outgoing import OutgoingMessage
from proactive.pipeline.reconciliation import Reconciler
from proactive.records.entry import RecordEntry
from proactive.records.gateway_memory import GatewayMemory
from proactive.records.store import Records
from tests.pipeline.test_reconciliation import Memory
from tests.records.conftest import LEASE, NOON, Business, RowOf, acquire, business, records, row_of

__all__ = ["business", "records", "row_of"]  # fixtures
PHONE = Phone("+5511987654321", "5511987654321")
CLOSED = FailureReason.GATEWAY_DISCONNECTED


class Gateway:
    """Says an instance's state, and shows what it was given."""

    def __init__(self) -> None:
        self.says, self.shown = "open", list[Receipt]()

    def state(self, instance: str) -> str:
        if not self.says:
            raise GatewayError(GatewayFault.UNREACHABLE, FailureReason.GATEWAY_UNREACHABLE)
        return self.says

    def find_sent(
        self, instance: str, phone: Phone, text: str, since: dt.datetime, message_ids: Sequence[str] = ()
    ) -> list[Receipt]:
        return self.shown


class Case:
    """One message that is being delivered, and what the gateway's answer makes of it."""

    def __init__(self, records: Records, client: redis.Redis, business: Business) -> None:
        self.gateway, self.memory, self.records, self.redis = Gateway(), Memory(), records, client
        self.limiter = RateLimiter(client, limit=20, window=60.0, in_flight=25.0)
        self.back_off = BackOff(client)
        speaks = cast(Any, self.gateway)
        memory = cast(GatewayMemory, self.memory)
        reconciler = Reconciler(speaks, memory, self.back_off, self.limiter, records, LEASE, 30.0, lambda: NOON)
        self.answers = GatewayAnswers(self.back_off, self.limiter, records, reconciler, 30.0)
        task = business.task()
        self.instance = Instance(name=f"org-{uuid4().hex[:8]}", status="connected")
        self.message = OutgoingMessage(RecordEntry.of(task, Attempt("job")), self.instance, PHONE, known=True)
        self.task = task

    def answered(
        self, fault: GatewayFault, reason: FailureReason, *, last: bool = True, may: bool = False, status: str = "500"
    ) -> Outcome:
        item = WorkItem(self.task, Attempt("job", 3 if last else 1, last=last), self.message)
        lease = acquire(self.records, self.message.entry, "job")
        assert lease.outcome == "claimed"
        assert self.records.begin(self.message.entry, lease) == "begun"
        item.lease = lease
        outcomes = self.records.outcome_batch()
        details = {"status": status, "detail": "x"}
        error = GatewayError(fault, reason, details, may_have_accepted=may)
        try:
            return self.answers.not_accepted(item, self.message, lease, error, outcomes)
        finally:
            outcomes.write()

    def age(self, seconds: float) -> None:
        """Make the instance have been like this for longer, and its pause over."""
        self.redis.hincrbyfloat(f"aurora:pace:{self.instance.name}:back_off", "since", -seconds)
        self.redis.delete(f"aurora:pace:{self.instance.name}:pause")

    def is_free(self) -> bool:
        lease = acquire(self.records, self.message.entry, "another")
        return (lease.outcome, lease.maybe_accepted, lease.earlier_ids) == ("claimed", False, ())


@pytest.fixture
def case(records: Records, redis_client: redis.Redis, business: Business) -> Case:
    return Case(records, redis_client, business)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (GatewayFault.UNREACHABLE, FailureReason.GATEWAY_UNREACHABLE),
        (GatewayFault.UNREACHABLE, FailureReason.GATEWAY_TLS),
        (GatewayFault.UNREACHABLE, FailureReason.GATEWAY_REDIRECTS),
        (GatewayFault.UNAUTHORIZED, FailureReason.GATEWAY_KEY_REFUSED),
        (GatewayFault.UNAUTHORIZED, FailureReason.GATEWAY_NOT_LICENSED),
    ],
)
def test_what_surely_left_nothing_waits_even_on_the_last_attempt(
    case: Case, fault: GatewayFault, reason: FailureReason
) -> None:
    outcome = case.answered(fault, reason)
    assert isinstance(outcome, Later)
    assert outcome.seconds == 5
    assert case.limiter.paused(case.instance.name) is not None
    assert case.is_free()


@pytest.mark.parametrize(("says", "lasted"), [("connecting", 0), ("connecting", 3600), ("open", 0), ("close", 59)])
def test_a_dropped_instance_is_waited_for_while_it_connects_or_dropped_lately(
    case: Case, says: str, lasted: float
) -> None:
    case.gateway.says = says
    if lasted:
        case.back_off.wait(case.instance.name, GatewayFault.DISCONNECTED, Failure(CLOSED))
        case.age(lasted)
    assert isinstance(case.answered(GatewayFault.DISCONNECTED, CLOSED), Later)
    assert case.is_free()


@pytest.mark.parametrize("says", ["connecting", "open", "close", ""])
def test_an_instance_that_stays_away_for_a_minute_fails_its_messages_unless_it_is_connecting(
    case: Case, row_of: RowOf, says: str
) -> None:
    case.gateway.says = says
    case.back_off.wait(case.instance.name, GatewayFault.DISCONNECTED, Failure(CLOSED))
    case.age(61)
    outcome = case.answered(GatewayFault.DISCONNECTED, CLOSED)
    if says == "connecting":
        assert isinstance(outcome, Later)
        return
    assert isinstance(outcome, Done)
    assert outcome.failure is not None
    assert outcome.failure.reason is CLOSED
    row = row_of(case.message.entry)
    assert row is not None
    assert (row["status"], row["metadata"]["failure"]["details"]["state"]) == ("failed", says)
    assert case.limiter.paused(case.instance.name) is not None


def test_what_was_dropped_while_sending_and_shows_is_sent(case: Case, row_of: RowOf) -> None:
    case.gateway.shown = [Receipt(uuid4().hex, "5511987654321@s.whatsapp.net", NOON)]
    assert case.answered(GatewayFault.DISCONNECTED, CLOSED, status="400") == Done("sent")


def test_a_failure_in_its_own_words_is_tried_again_and_fails_after_the_last(case: Case) -> None:
    with pytest.raises(GatewayError):
        case.answered(GatewayFault.UNAVAILABLE, FailureReason.GATEWAY_FAILED, last=False)
    assert case.is_free()


@pytest.mark.parametrize(
    ("keeps", "reason"),
    [
        ("yes", FailureReason.GATEWAY_FAILED),
        ("no", FailureReason.UNKNOWN_CANNOT_TELL),
        ("unknown", FailureReason.UNKNOWN_CANNOT_TELL),
    ],
)
def test_after_the_last_attempt_a_failure_that_may_hide_a_yes_says_so_unless_the_gateway_shows_none(
    case: Case, row_of: RowOf, keeps: Any, reason: FailureReason
) -> None:
    case.memory.says = keeps
    with pytest.raises(GatewayError):
        case.answered(GatewayFault.UNAVAILABLE, FailureReason.GATEWAY_FAILED, may=True)
    row = row_of(case.message.entry)
    assert row is not None
    assert (row["status"], row["metadata"]["failure"]["code"]) == ("failed", reason)
    assert ("message_ids" in row["metadata"]) == reason.is_unknown_delivery


@pytest.mark.parametrize("reason", [FailureReason.GATEWAY_PROXY_FAILED, FailureReason.GATEWAY_FAILED_WHILE_SENDING])
def test_an_unknown_outcome_is_asked_for_and_nothing_is_free(case: Case, reason: FailureReason) -> None:
    outcome = case.answered(GatewayFault.UNKNOWN, reason)
    assert isinstance(outcome, Later)
    assert acquire(case.records, case.message.entry, "another").outcome == "busy"


@pytest.mark.parametrize("late", [FailureReason.TOO_LATE_DAY_OVER, FailureReason.TOO_LATE_QUIET_HOURS])
def test_a_message_that_is_too_late_says_what_it_waited_for(case: Case, late: FailureReason) -> None:
    failure = Failure(late, {"day": "2026-11-25", "today": "2026-11-26", "start": "21:00", "end": "08:00"})
    assert case.answers.with_cause(failure, case.instance) == failure
    cause = Failure(FailureReason.GATEWAY_UNREACHABLE)
    case.back_off.wait(case.instance.name, GatewayFault.UNREACHABLE, cause)
    told = case.answers.with_cause(failure, case.instance)
    assert told.text.startswith("too late: ")
    assert told.text.endswith("it had waited because the gateway cannot be reached")
    assert case.answers.with_cause(failure, None) == failure
    assert case.answers.with_cause(cause, case.instance) == cause


def test_a_message_that_is_too_late_for_a_connecting_instance_says_so(case: Case) -> None:
    failure = Failure(FailureReason.TOO_LATE_QUIET_HOURS, {"start": "21:00", "end": "08:00"})
    connecting = Instance(name=case.instance.name, status="connecting")
    assert "connecting" in case.answers.with_cause(failure, connecting).text
