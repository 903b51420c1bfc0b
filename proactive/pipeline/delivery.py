"""The delivery of messages: permit, lease, gateway; what its answer means is in `gateway_answers`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from proactive.errors import ProactiveError, RateLimiterUnavailable
from proactive.failpoints import failpoint
from proactive.gateways.base import Gateway
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.gateways.permits import Granted, Ticket, Wait
from proactive.gateways.rate_limit import RateLimiter
from proactive.model.task import Done, Later, Outcome
from proactive.pipeline.batch import Batch, Result, WorkItem
from proactive.pipeline.gateway_answers import GatewayAnswers
from proactive.pipeline.metrics import shared_time
from proactive.pipeline.outgoing import ANOTHER, OutgoingMessage, another_attempts
from proactive.pipeline.protection import InstanceProtection
from proactive.pipeline.reconciliation import Reconciler
from proactive.records.leases import Lease
from proactive.records.outcomes import OutcomeBatch
from proactive.records.store import Records


@dataclass(frozen=True, slots=True)
class Delivery:
    """Delivers messages; nothing else sends. `monotonic` counts seconds.

    `fresh` is how many seconds old a permit and a lease may be at most when they are used: a process that
    stood still for longer asks anew.
    """

    gateway: Gateway
    rate_limiter: RateLimiter
    records: Records
    reconciler: Reconciler
    answers: GatewayAnswers
    protection: InstanceProtection
    fresh: float
    monotonic: Callable[[], float]

    def reserve(self, batch: Batch, items: Sequence[WorkItem]) -> Iterator[WorkItem | Result]:
        """Take permits and leases of what stays in the batch, together, and begin it: each item that `send` may
        have now, and the result of each other.

        Raises:
            RateLimiterUnavailable, redis.RedisError: Redis is away.
        """
        since = self.monotonic()
        with batch.undisturbed():
            waiting = self._take([item for item in items if item in batch])
        yield from self._wait(batch, waiting)
        others: list[Granted] = []
        for item in items:
            if item.lease is not None and batch.begin(item):
                item.reserved_at = since
                outcome = another_attempts(item.lease)
                others += [item.permit] if outcome and item.permit else []
                yield item if outcome is None else Result(item, outcome)
        if others:
            self.rate_limiter.confirm(*others, happened=False)

    def send(self, item: WorkItem, outcomes: OutcomeBatch) -> Result:
        """Send an item's message once, unless its lease or its permit is its own no more; any thread may do it.

        Raises:
            RateLimiterUnavailable, redis.RedisError: Redis is away.
        """
        if item.lease is None:
            raise ValueError("an item without a lease cannot be sent")
        try:
            return Result(item, self._under_lease(item, item.lease, outcomes))
        except RateLimiterUnavailable:
            raise
        except ProactiveError as error:
            return Result(item, error)

    def confirm(self, results: Sequence[Result]) -> None:
        """Confirm the permits of what was sent, together."""
        sent = [result.item.permit for result in results if result.outcome == Done("sent") and result.item.permit]
        if sent:
            self.rate_limiter.confirm(*sent, happened=True)

    def give_back(self, items: Sequence[WorkItem]) -> None:
        """Give permits and leases back under which nothing was begun. Raises redis.RedisError."""
        # the sender keeps the permit while the outcome is unknown: the message may yet arrive
        known = [item.permit for item in items if item.permit and item.lease and item.lease.outcome != "unknown"]
        self.rate_limiter.confirm(*known, happened=False)
        self.records.void((item.message.entry, item.lease) for item in items if item.message and item.lease)

    def _take(self, items: Sequence[WorkItem]) -> list[tuple[WorkItem, Wait]]:
        """Take permits, and leases of what is permitted; answer what has to wait."""
        messages = [(item, item.message) for item in items if item.message is not None]
        asked = [_ticket(message) for _, message in messages]
        waiting, permitted = [], []
        for (item, message), answer in zip(messages, self.rate_limiter.acquire_many(asked), strict=True):
            if isinstance(answer, Wait):
                waiting.append((item, answer))
            else:
                item.permit = answer
                permitted.append((item, message))
        failpoint("permitted")
        with shared_time([item.metrics for item, _ in permitted], "record"):
            leases = self.records.acquire_leases([(message.entry, item.attempt.name) for item, message in permitted])
        for (item, _), lease in zip(permitted, leases, strict=True):
            item.lease = lease
        failpoint("claimed")
        return waiting

    def _wait(self, batch: Batch, waiting: Sequence[tuple[WorkItem, Wait]]) -> Iterator[Result]:
        unseen = [item.message.entry for item, _ in waiting if item.message and not item.message.known]
        if unseen:
            self.records.keep_pending(unseen)
        for item, wait in waiting:
            if batch.begin(item):
                yield Result(item, Later(wait.seconds, wait.reason, wait.note))

    def _under_lease(self, item: WorkItem, lease: Lease, outcomes: OutcomeBatch) -> Outcome:
        message = _message_of(item)
        if lease.outcome == "unknown":
            self._confirm(item, happened=True)  # the message may yet arrive
            return self.reconciler.resolve(item, message, lease.checks, outcomes)
        if lease.maybe_accepted:
            resolved = self.reconciler.resolve_maybe_accepted(item, message, outcomes)
            if resolved is not None:
                return resolved
        if self.monotonic() - item.reserved_at > self.fresh:  # time has passed: a permit of now, or not now
            self._confirm(item, happened=False)
            item.reserved_at = self.monotonic()
            (answer,) = self.rate_limiter.acquire_many([_ticket(message)])
            if not isinstance(answer, Granted):
                self.records.void([(message.entry, lease)])
                return Later(answer.seconds, answer.reason, answer.note)
            item.permit = answer
        with item.metrics.timed("record"):
            begun = self.records.begin(message.entry, lease, self.protection.harmless(message))
        if begun == "to_be_judged":
            waits = self.protection.why_wait(message)
            if waits is not None:
                self._confirm(item, happened=False)
                self.records.void([(message.entry, lease)])
                return waits
            with item.metrics.timed("record"):
                begun = self.records.begin(message.entry, lease)
        if begun == "halted":
            self._confirm(item, happened=False)
            self.records.release(message.entry, lease, maybe_accepted=False)
            # a client is handed over again; of an owner's message the row says why at the next look
            return Done("not_now") if message.entry.to_client else Later(1.0, "it is skipped", ANOTHER)
        if begun != "begun":
            self._confirm(item, happened=False)
            return Later(1.0, "the attempt stood still for too long, another one took over", ANOTHER)
        failpoint("begun")
        if self.monotonic() - item.reserved_at > self.fresh:
            self._confirm(item, happened=False)
            self.records.release(message.entry, lease, maybe_accepted=False)
            return Later(1.0, "the attempt stood still for too long", ANOTHER)
        return self._send(item, message, lease, outcomes)

    def _send(self, item: WorkItem, message: OutgoingMessage, lease: Lease, outcomes: OutcomeBatch) -> Outcome:
        try:
            with item.metrics.timed("send"):
                receipt = self.gateway.send(message.instance.name, message.phone, message.text, lease.message_id)
        except GatewayError as error:
            failpoint("answered")
            item.metrics.faults[error.fault] += 1
            self.protection.not_accepted(message, error)
            if error.fault is not GatewayFault.UNKNOWN:  # the sender keeps the permit while the outcome is unknown
                self._confirm(item, happened=error.may_have_accepted or error.permanent)
            return self.answers.not_accepted(item, message, lease, error, outcomes)
        failpoint("answered")
        return self.reconciler.accepted(message, receipt, outcomes, self.protection.accepted(message, receipt))

    def _confirm(self, item: WorkItem, *, happened: bool) -> None:
        if item.permit is not None:
            self.rate_limiter.confirm(item.permit, happened=happened)


def _ticket(message: OutgoingMessage) -> Ticket:
    return Ticket(message.instance.name, str(message.entry.occurrence.id), message.entry.to_client)


def _message_of(item: WorkItem) -> OutgoingMessage:
    if item.message is None:
        raise ValueError("an item without a message cannot be delivered")
    return item.message
