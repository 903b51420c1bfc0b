"""The delivery of messages: permit, lease, gateway; what its answer means is in `gateway_answers`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from redis import RedisError

from proactive.errors import ProactiveError, RateLimiterUnavailable
from proactive.failpoints import failpoint
from proactive.gateways.base import Gateway
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.gateways.permits import Granted, Wait
from proactive.gateways.rate_limit import RateLimiter
from proactive.model.task import Done, Later, Outcome
from proactive.pipeline.batch import Batch, Result, WorkItem
from proactive.pipeline.gateway_answers import GatewayAnswers
from proactive.pipeline.metrics import shared_time
from proactive.pipeline.outgoing import OutgoingMessage
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
    fresh: float
    monotonic: Callable[[], float]

    def deliver(self, batch: Batch, items: Sequence[WorkItem], outcomes: OutcomeBatch) -> Iterator[Result]:
        """Send each item's message once if it is its turn and nobody else is at it, as far as it stays in the batch.

        Permits and leases are taken together; each message is then sent and its result given one by one.

        Raises:
            RateLimiterUnavailable, redis.RedisError: Redis is away.
        """
        since = self.monotonic()
        with batch.undisturbed():
            waiting = self._take([item for item in items if item in batch])
        yield from self._wait(batch, waiting)
        sent = []
        for item in items:
            if item.lease is not None and batch.begin(item):
                outcome = self._tried(item, item.lease, outcomes, since)
                sent += [item.permit] if outcome == Done("sent") and item.permit else []
                yield Result(item, outcome)
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
        asked = [(message.instance.name, str(message.entry.occurrence.id)) for _, message in messages]
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
                yield Result(item, Later(wait.seconds, wait.reason))

    def _tried(self, item: WorkItem, lease: Lease, outcomes: OutcomeBatch, since: float) -> Outcome | ProactiveError:
        try:
            return self._under_lease(item, lease, outcomes, since)
        except (RateLimiterUnavailable, RedisError):
            raise
        except ProactiveError as error:
            return error

    def _under_lease(self, item: WorkItem, lease: Lease, outcomes: OutcomeBatch, since: float) -> Outcome:
        """Send what is leased; `since` is when permit and lease were asked for."""
        message = _message_of(item)
        if lease.outcome != "claimed":
            # the sender keeps the permit while the outcome is unknown: the message may yet arrive
            self._confirm(item, happened=lease.outcome == "unknown")
            return self._not_ours(item, message, lease, outcomes)
        if lease.maybe_accepted:
            resolved = self.reconciler.resolve_maybe_accepted(item, message, outcomes)
            if resolved is not None:
                return resolved
        if self.monotonic() - since > self.fresh:  # time has passed: a permit of now, or not now
            self._confirm(item, happened=False)
            since = self.monotonic()
            answer = self.rate_limiter.acquire(message.instance.name, str(message.entry.occurrence.id))
            if not isinstance(answer, Granted):
                self.records.void([(message.entry, lease)])
                return Later(answer.seconds, answer.reason)
            item.permit = answer
        with item.metrics.timed("record"):
            begun = self.records.begin(message.entry, lease)
        if not begun:
            self._confirm(item, happened=False)
            return Later(1.0, "the attempt stood still for too long, another one took over")
        failpoint("begun")
        if self.monotonic() - since > self.fresh:
            self._confirm(item, happened=False)
            self.records.release(message.entry, lease, maybe_accepted=False)
            return Later(1.0, "the attempt stood still for too long")
        return self._send(item, message, lease, outcomes)

    def _send(self, item: WorkItem, message: OutgoingMessage, lease: Lease, outcomes: OutcomeBatch) -> Outcome:
        try:
            with item.metrics.timed("send"):
                receipt = self.gateway.send(message.instance.name, message.phone, message.text, lease.message_id)
        except GatewayError as error:
            failpoint("answered")
            item.metrics.faults[error.fault] += 1
            if error.fault is not GatewayFault.UNKNOWN:  # the sender keeps the permit while the outcome is unknown
                self._confirm(item, happened=error.may_have_accepted or error.permanent)
            return self.answers.not_accepted(item, message, lease, error, outcomes)
        failpoint("answered")
        return self.reconciler.accepted(message, receipt, outcomes)

    def _not_ours(self, item: WorkItem, message: OutgoingMessage, lease: Lease, outcomes: OutcomeBatch) -> Outcome:
        if lease.outcome == "sent":
            return Done("already_sent")
        if lease.outcome == "failed":
            return Done("already_failed")
        if lease.outcome == "busy":
            return Later(max(lease.seconds, 1.0), "another attempt is at it")
        return self.reconciler.resolve(item, message, lease.checks, outcomes)

    def _confirm(self, item: WorkItem, *, happened: bool) -> None:
        if item.permit is not None:
            self.rate_limiter.confirm(item.permit, happened=happened)


def _message_of(item: WorkItem) -> OutgoingMessage:
    if item.message is None:
        raise ValueError("an item without a message cannot be delivered")
    return item.message
